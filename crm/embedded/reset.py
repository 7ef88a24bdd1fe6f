"""`make reset`: removes all data of this checkout, after a yes."""

import os
import shutil
import sys

from crm.embedded.configuration import Configuration
from crm.embedded.lock import AlreadyRunning, SupervisorLock
from crm.embedded.places import servers_home, socket_directory
from crm.embedded.terminal import say


def _is_confirmed() -> bool:
    if os.environ.get("FORCE") == "1":
        return True
    if not sys.stdin.isatty():
        say("Nothing was removed: without a terminal, say FORCE=1 (make reset FORCE=1).")
        return False
    return input("Remove them for good? Type yes: ").strip().lower() == "yes"


def main() -> int:
    """Ask and remove; returns the exit code."""
    configuration = Configuration.of_this_checkout()
    data = configuration.data
    home = servers_home(configuration.checkout)
    say("The embedded database, its customers, the logs and the generated keys of this checkout:")
    for place in dict.fromkeys([data, home]):
        say(f"  {place}")
    if not _is_confirmed():
        return 1
    try:
        with SupervisorLock(configuration.lock_file):
            for place in (home, data, socket_directory(configuration.checkout)):
                shutil.rmtree(place, ignore_errors=True)
    except AlreadyRunning:
        say("Switchboard is running; stop it first (Ctrl-C).")
        return 1
    say("Removed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
