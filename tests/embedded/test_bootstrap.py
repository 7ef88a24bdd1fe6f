"""The way from a bare Python to the virtual environment."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from crm.embedded import bootstrap
from crm.embedded.browser import find_chromium
from crm.embedded.places import ROOT

SOURCE = (ROOT / "crm" / "embedded" / "bootstrap.py").read_text(encoding="utf-8")


def test_an_old_python_can_read_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 7))


def test_standard_library_only() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_unknown_task_shows_how_to_call_it() -> None:
    command = [sys.executable, str(ROOT / "crm/embedded/bootstrap.py"), "fly"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run|test|lint" in done.stderr


def test_every_task_has_its_module() -> None:
    for lock, module in bootstrap.TASKS.values():
        assert lock.exists()
        assert (ROOT / Path(*module.split("."))).with_suffix(".py").exists()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a virtual environment."""
    venv = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", venv / "bin" / "python")
    return venv


def test_half_made_environment_is_made_again(environment: Path) -> None:
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to("/nowhere/python3")
    bootstrap.make_environment()
    assert bootstrap.has_pip(environment / "bin" / "python")


def test_failed_installation_leaves_no_stamp(environment: Path, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("nothing-of-that-name==1 --hash=sha256:" + "0" * 64)
    environment.mkdir()
    stamp = environment / f"installed-{tmp_path.name}.txt"
    stamp.write_text("an older lock")
    with pytest.raises((bootstrap.CannotGoOn, OSError)):
        bootstrap.install(lock)
    assert not stamp.exists()


def test_unchanged_lock_is_not_installed_again(
    environment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("nothing-of-that-name==1")
    environment.mkdir()
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    (environment / f"installed-{tmp_path.name}.txt").write_text(digest)
    bootstrap.install(lock)
    assert capsys.readouterr().out == ""


def test_tests_lock_agrees_with_the_run_lock() -> None:
    def pins(path: str) -> dict[str, str]:
        lines = (ROOT / path).read_text().splitlines()
        rows = [line.split()[0].split("==") for line in lines if "==" in line and line[0] != " "]
        return {row[0]: row[1] for row in rows if len(row) == 2}

    run, tests = pins("requirements.lock"), pins("tests/requirements.lock")
    assert run
    assert {name: tests.get(name) for name in run} == run


def test_chromium_named_by_the_environment_must_start(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert find_chromium({"CHROMIUM": str(broken)}) is None
    broken.write_text("#!/bin/sh\necho 'Command requires: snap install chromium'\n")
    assert find_chromium({"PATH": str(tmp_path)}) is None
    broken.write_text("#!/bin/sh\necho Chromium 150\n")
    assert find_chromium({"PATH": str(tmp_path)}) == str(broken)
