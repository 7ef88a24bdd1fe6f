"""A virtual environment that another account can run, made from the present one."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from crm.embedded.places import Account, reachable


def python_for(account: Account) -> Path | None:
    """An interpreter of our version that the account may run, or None."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    ours = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    candidates = [ours, Path("/usr/local/bin", version), Path("/usr/bin", version)]
    return next((path for path in candidates if path.exists() and reachable(path, account)), None)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def environment_for(account: Account, python: Path, target: Path) -> Path:
    """Make a virtual environment in `target` with the packages of the present one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = Path(sysconfig.get_path("purelib"))
    library = target / "lib" / version
    library.mkdir(parents=True)
    (target / "bin").mkdir()
    (target / "bin" / "python").symlink_to(python)
    (target / "pyvenv.cfg").write_text(f"home = {python.parent}\n")
    if reachable(packages, account):
        (library / "site-packages").symlink_to(packages)
    else:
        shutil.copytree(packages, library / "site-packages", copy_function=_link_or_copy)
    return target
