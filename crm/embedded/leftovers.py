"""Children of a supervisor that was killed: found by pid and birth, and ended before a start."""

import json
import os
import signal
from pathlib import Path

from crm.embedded.children import birth, command_line, group_members, kill_group, wait_until

PATIENCE = 20.0


class ChildrenRecord:
    """A file with the pid and the birth of each child that runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, pids: dict[str, int]) -> None:
        """Write down the children (name → pid) that run now."""
        rows = [[name, pid, birth(pid)] for name, pid in pids.items()]
        unfinished = self.path.with_name(f"{self.path.name}.new")
        unfinished.write_text(json.dumps(rows), encoding="utf-8")
        unfinished.rename(self.path)

    def end_leftovers(self) -> list[str]:
        """End what still runs of the last time; returns the names. Strangers are left alone."""
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        alive = [(name, pid, born) for name, pid, born in rows if born and birth(pid) == born]
        for name, pid, born in alive:
            _end(pid, born, signal.SIGINT if name == "PostgreSQL" else signal.SIGTERM)
        for _, pid, _ in rows:
            self._end_orphans(pid)
        self.path.unlink(missing_ok=True)
        return [name for name, _, _ in alive]

    def _end_orphans(self, leader: int) -> None:
        """What a killed child had started itself, such as the worker's beat, runs on alone.

        Only a group whose leader is gone and that names our data is ours.
        """
        if birth(leader) is None:
            ours = str(self.path.parent)
            if any(ours in command_line(pid) for pid in group_members(leader)):
                kill_group(leader)


def _end(pid: int, born: str, gentle: signal.Signals) -> None:
    try:
        os.kill(pid, gentle)
    except ProcessLookupError:
        return
    if not wait_until(lambda: birth(pid) != born, PATIENCE):
        kill_group(pid)
        wait_until(lambda: birth(pid) != born, PATIENCE)
