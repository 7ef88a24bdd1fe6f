"""Starting a child process that cannot outlive us, and telling processes apart."""

import ctypes
import ctypes.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from crm.embedded.places import Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with(parent: int, death_signal: int) -> Callable[[], None]:
    """What the child runs before exec: the kernel signals it when its parent ends, however."""

    def set_death_signal() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    return set_death_signal


def start_child(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    directory: Path = Path("/"),
    keep_open: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own, its output appended to `log`.

    It inherits only the file descriptors in `keep_open`.

    Its own session keeps the terminal's Ctrl-C away, so that the supervisor stops it in order.
    Call it from the main thread: the death signal follows the thread that forked.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            pass_fds=tuple(keep_open),
            start_new_session=True,
            umask=0o077,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_die_with(os.getpid(), death_signal),
        )


def birth(pid: int) -> str | None:
    """When a process began, as an opaque text; with the pid it names a process for ever.

    None when there is no such process, or only its zombie.
    """
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    listed = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split(maxsplit=1)
    return None if not listed or listed[0].startswith("Z") else listed[1].strip()


def command_line(pid: int) -> str:
    """The command line of a process, or an empty text."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode("utf-8", "surrogateescape").strip()
    listed = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()


def group_members(leader: int) -> list[int]:
    """The processes of the group that this one leads or led (Linux; elsewhere none)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            group = path.read_text().rpartition(")")[2].split()[2]
        except OSError:
            continue  # it has ended since
        if int(group) == leader:
            found.append(int(path.parent.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask until the condition holds (True) or the time is over (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def end(
    process: "subprocess.Popen[bytes]", steps: Sequence[tuple[signal.Signals, float]]
) -> signal.Signals | None:
    """Stop a child, one signal after the other, each with its patience in seconds.

    Returns the signal that did it, or None when it had ended before. Whatever it left in its
    session is killed.
    """
    last = None
    for step, patience in steps:
        if process.poll() is not None:
            break
        process.send_signal(step)
        last = step
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    kill_group(process.pid)
    return last


def kill_group(leader: int) -> None:
    """Kill what is left of the process group that a child of ours led."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
