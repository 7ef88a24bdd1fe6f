"""Files stay small, names say what they hold, SQL stays in its files."""

import re
import subprocess
from pathlib import Path

import pytest

from crm.embedded.places import ROOT

LONGEST = 400
TOP_LEVEL = {
    "manage.py", "crm", "customers", "leads", "scoring", "templates", "requirements.txt", "tests",
    "requirements.lock", "README.md", "Makefile", "pyproject.toml", "LICENSE", "CHANGELOG.md",
    ".ci", ".github", ".gitignore", "benchmarks", "docs",
}  # fmt: skip
CATCH_ALL = {"utils", "helpers", "common", "misc", "extras", "utilities"}
INTERPOLATED_SQL = re.compile(
    r"""execute\(\s*f["'][^"']*\{|\.raw\(\s*f["']|\.extra\(""", re.MULTILINE
)
# Each name that these interpolate is a constant of our own, never input.
CONSTANTS_ONLY = {"crm/tenancy.py"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def ours() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in {".py", ".sql", ".html", ".css", ".js"}
        and not {"migrations", "vendor", "payloads", "golden"} & set(path.parts)
    ]


@pytest.fixture(autouse=True)
def _needs_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.fail("these tests read the list of files from git; run them in a clone")


def test_top_level_is_the_design_cards() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_files_are_short_enough_to_read() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in ours()
    }
    assert not {name: n for name, n in lengths.items() if n > LONGEST}, "split by idea"


def test_no_catch_all_modules() -> None:
    assert not [path for path in ours() if path.stem in CATCH_ALL]


def test_no_sql_is_put_together_from_values() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in ours()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in {"crm", "customers", "leads", "scoring"}
        and str(path.relative_to(ROOT)) not in CONSTANTS_ONLY
        and INTERPOLATED_SQL.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_requirement_says_what_it_is_for() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w.\[\],-]+==\S+\s+# .+", line), line
