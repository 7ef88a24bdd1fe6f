"""A management command with its servers: those that run, or ones started just for it.

make shell, make demo SIZE=…, make manage ARGS="showmigrations"
"""

import shutil
import signal
import subprocess
import sys

from crm.embedded.backends import running_backends, start_database, start_redis
from crm.embedded.configuration import Configuration
from crm.embedded.errors import StartError
from crm.embedded.leftovers import ChildrenRecord
from crm.embedded.lock import AlreadyRunning, SupervisorLock
from crm.embedded.places import socket_directory
from crm.embedded.schema import migrate
from crm.embedded.terminal import say
from crm.embedded.watched import Server


def _run(configuration: Configuration, arguments: list[str], environment: dict[str, str]) -> int:
    """Run the command at this terminal; Ctrl-C is the command's, we only wait."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.run(
            configuration.manage(*arguments),
            env=environment,
            cwd=configuration.checkout,
            check=False,
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _run_with_own_servers(configuration: Configuration, arguments: list[str]) -> int:
    started: list[Server] = []

    def start(name: str, server: Server) -> None:
        started.append(server)
        server.start()

    configuration.shorten_logs()
    ChildrenRecord(configuration.children_file).end_leftovers()
    try:
        urls, cluster = start_database(configuration, start)
        environment = configuration.environment(urls, start_redis(configuration, start))
        migrate(configuration, environment, cluster)
        return _run(configuration, arguments, environment)
    finally:
        for server in reversed(started):
            server.stop()
        shutil.rmtree(socket_directory(configuration.checkout), ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Run `manage.py` with the arguments; returns its exit code."""
    configuration = Configuration.of_this_checkout()
    try:
        with SupervisorLock(configuration.lock_file):
            return _run_with_own_servers(configuration, arguments)
    except AlreadyRunning:
        environment = configuration.environment(*running_backends(configuration))
        return _run(configuration, arguments, environment)
    except StartError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
