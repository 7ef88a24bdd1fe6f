"""The one reader of environment variables, shared by the settings files."""

from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
# `make run` writes what its embedded servers listen on here, so that `manage.py` finds them;
# real environment variables win.
env.read_env(ROOT / ".data" / "environment", overwrite=False)
