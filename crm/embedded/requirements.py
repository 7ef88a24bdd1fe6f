"""`make lock`: resolves the requirements again and writes the lock files with hashes."""

import subprocess
import sys
from pathlib import Path

from crm.embedded.places import ROOT

UV = Path(sys.executable).with_name("uv")
OPTIONS = [
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "-q"),
    *("--custom-compile-command", "make lock"),
]
# Source, lock, more options. The tests' lock takes over every version of the first.
LOCKS = [
    ("requirements.txt", "requirements.lock", ["--fork-strategy", "fewest"]),
    (
        "tests/requirements.txt",
        "tests/requirements.lock",
        ["--fork-strategy", "fewest", "-c", "requirements.lock"],
    ),
    ("crm/embedded/installer.txt", "crm/embedded/installer.lock", []),
]


def main(arguments: list[str]) -> int:
    """Compile all locks; further arguments go to uv (e.g. --upgrade). Returns the exit code."""
    for source, lock, more in LOCKS:
        command = [str(UV), "pip", "compile", *OPTIONS, *more, source, "-o", lock, *arguments]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
        print(f"  {lock}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
