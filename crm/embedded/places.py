"""Where the files of the one-command start live, and under which account servers run.

PostgreSQL refuses to run as root. When we are root, both servers run as `nobody`, which must be
able to reach their files: `.data/` of the checkout where it can, else a private directory in
/var/lib (a checkout under a mode 700 home, for instance).
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from crm.embedded.errors import StartError

ROOT = Path(__file__).resolve().parent.parent.parent
UNPRIVILEGED = "nobody"
OUTSIDE = Path("/var/lib/switchboard")
# A Unix socket's path holds at most 107 bytes; the longest name in our directory is
# ".s.PGSQL.5432.lock".
SOCKET_DIRECTORY_LIMIT = 80


@dataclass(frozen=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The account that servers run under when we are root; None: they run as we do."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def fingerprint(checkout: Path) -> str:
    """A short name for a checkout, the same at each start."""
    return hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter the directory (or run the file) `path`."""
    command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    result = subprocess.run(
        command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False
    )
    return result.returncode == 0


def local_data(checkout: Path = ROOT) -> Path:
    """`.data/` of the checkout, made when missing: logs, keys and, where possible, the servers."""
    directory = checkout / ".data"
    # Root's servers run as nobody, which has to walk through; the files in it are closed.
    directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    if not os.access(directory, os.W_OK):
        raise StartError(
            f"{directory} belongs to another account. Start as that account, or remove it."
        )
    return directory


def servers_home(checkout: Path = ROOT) -> Path:
    """The directory that holds the servers' data: `.data`, or one in /var/lib (see above)."""
    directory = local_data(checkout)
    account = server_account()
    if account is None or reachable(directory, account):
        return directory
    outside = OUTSIDE / fingerprint(checkout)
    outside.mkdir(mode=0o711, parents=True, exist_ok=True)
    (outside / "checkout.txt").write_text(f"{checkout}\n", encoding="utf-8")
    return outside


def give_to(account: Account | None, *directories: Path) -> None:
    """Hand directories and all in them to the servers' account; nothing to do without one."""
    if account is None:
        return
    for directory in directories:
        os.chown(directory, account.uid, account.gid)
        for parent, folders, files in os.walk(directory):
            for name in folders + files:
                # A server that runs in there makes and removes files meanwhile.
                with suppress(FileNotFoundError):
                    os.chown(Path(parent, name), account.uid, account.gid, follow_symlinks=False)


def private_directory(path: Path) -> Path:
    """Make a directory that only its owner may enter; refuse one that somebody else made."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    account = server_account()
    owners = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise StartError(f"{path} exists and is not ours. Remove it, or set TMPDIR.")
    path.chmod(0o700)
    return path


def _short_temporary() -> Path:
    directory = Path(tempfile.gettempdir())
    return directory if len(os.fsencode(directory)) < SOCKET_DIRECTORY_LIMIT - 32 else Path("/tmp")  # noqa: S108


def socket_directory(checkout: Path = ROOT) -> Path:
    """The short private directory for this checkout's sockets, the same at each start."""
    name = f"switchboard-{os.geteuid()}-{fingerprint(checkout)}"
    return private_directory(_short_temporary() / name)


def temporary_socket_directory() -> Path:
    """A fresh short private directory for sockets; the caller removes it."""
    return Path(tempfile.mkdtemp(prefix="switchboard-", dir=_short_temporary()))


def installed(package: str) -> Path:
    """The directory of a package in the running virtual environment."""
    directory = Path(sysconfig.get_path("platlib")) / package
    if not directory.is_dir():
        directory = Path(sysconfig.get_path("purelib")) / package
    if not directory.is_dir():
        raise StartError(f"{package} is not installed; run `make run` to install it.")
    return directory


def runnable(packages: list[str], program: str, home: Path) -> Path:
    """The path of `program` (inside the first package) that the servers' account can run.

    Where it cannot reach the virtual environment, the packages are copied under `home` once.
    """
    original = installed(packages[0])
    account = server_account()
    if account is None or reachable(original / program, account):
        return original / program
    copies = home / "programs" / f"{packages[0]}-{version(packages[0])}"
    if not copies.exists():
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=_made(copies.parent)))
        for package in packages:
            shutil.copytree(installed(package), partial / package, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(copies)
        except OSError:  # another process was faster
            shutil.rmtree(partial)
    return copies / packages[0] / program


def _made(directory: Path) -> Path:
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    return directory
