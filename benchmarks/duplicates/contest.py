"""The peers: an environment of their own, a process for each peer and set, with limits of time."""

import csv
import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import perf_counter

from benchmarks.duplicates.quality import Pair, Quality, judge
from benchmarks.duplicates.records import LabelledPerson, write_people
from benchmarks.duplicates.usage import Usage
from crm.embedded.places import ROOT

PROGRAMS = Path(__file__).with_name("peers")
REQUIREMENTS = PROGRAMS / "requirements.txt"
ENVIRONMENT = ROOT / ".data" / "bench-peers"
SECONDS = int(os.environ.get("BENCH_PEER_SECONDS", "900"))  # of the processor
PATIENCE = 4  # times as long by the clock: the machine may be busy
PEERS: Mapping[str, Sequence[str]] = {
    "Splink 5": ("splink_peer.py",),
    "recordlinkage, narrow blocks": ("recordlinkage_peer.py", "narrow"),
    "recordlinkage, wide blocks": ("recordlinkage_peer.py", "wide"),
    "dedupe 3 with 140 labels": ("dedupe_peer.py",),
}


class CannotRun(Exception):
    """The peer has no figures; the message tells why."""


@dataclass(frozen=True)
class Outcome:
    """What one method made of one set."""

    quality: Quality
    seconds: float
    processor_seconds: float
    megabytes: float


def prepared_environment() -> Path:
    """The Python of the peers, installed when the requirements changed. CannotRun when it fails."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / "installed"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, "--requirement", str(REQUIREMENTS)], capture_output=True, text=True
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise CannotRun(f"not installed: {problem}") from problem
    if done.returncode:
        raise CannotRun(f"not installed: {_last_line(done.stderr)}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def run_peer(name: str, python: Path, people: Sequence[LabelledPerson]) -> Outcome:
    """Let the peer find the pairs. CannotRun when it fails or takes longer than allowed."""
    program, *arguments = PEERS[name]
    with tempfile.TemporaryDirectory(prefix="peer-") as folder:
        source, target = Path(folder, "people.csv"), Path(folder, "pairs.csv")
        write_people(source, people)
        command = [str(python), str(PROGRAMS / program), str(source), str(target), *arguments]
        began = perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_limit,
        )
        with Usage([process.pid]) as usage:
            problem = _end_of(process)
        seconds = perf_counter() - began
        if problem:
            raise CannotRun(problem)
        quality = judge([person.cluster for person in people], _pairs(target))
    return Outcome(quality, seconds, usage.processor_seconds, usage.megabytes)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 10))


def _end_of(process: "subprocess.Popen[str]") -> str:
    """Waits; what went wrong, or nothing."""
    try:
        _, errors = process.communicate(timeout=PATIENCE * SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"not finished after {PATIENCE * SECONDS} s"
    if process.returncode == -signal.SIGXCPU:
        return f"not finished after {SECONDS} s of the processor"
    return f"failed: {_last_line(errors)}" if process.returncode else ""


def _pairs(path: Path) -> Iterator[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        for left, right, chance in csv.reader(file):
            yield int(left), int(right), bits_of(float(chance))


def bits_of(chance: float) -> float:
    """The log2 of the odds, as far as a double can tell it from certainty."""
    within = min(max(chance, 1e-15), 1 - 1e-15)
    return log2(within / (1 - within))


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else f"no word of why (Python {sys.version.split()[0]})"
