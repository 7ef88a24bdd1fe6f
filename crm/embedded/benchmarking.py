"""`make bench`: runs benchmarks/run.py, which measures and writes its table."""

import os
import sys

from crm.embedded.places import ROOT
from crm.embedded.terminal import say

if __name__ == "__main__":
    script = ROOT / "benchmarks" / "run.py"
    if not script.exists():
        say("There is no benchmarks/run.py yet.")
        sys.exit(1)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    os.execve(sys.executable, [sys.executable, str(script), *sys.argv[1:]], environment)  # noqa: S606
