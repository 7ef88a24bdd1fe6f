"""The API is called with whatever its document allows and forbids, on real processes.

The suite tries a few hundred calls. `API_CASES=100` makes up to a hundred for each operation,
several ten thousand in all, which takes about half an hour.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from crm.actors import Door
from crm.embedded.places import ROOT
from crm.roles import Role
from crm.scopes import SCOPES
from crm.services.api_keys import KeyValues, create_key
from tests.flows.running import Running
from tests.worlds import World

CASES = int(os.environ.get("API_CASES", "2"))
PHASES = "examples,fuzzing" if CASES < 10 else "examples,coverage,fuzzing,stateful"
# A document cannot say that a phone must be one, or that a branch must exist: what it allows may
# still be refused. Everything else is checked: statuses, bodies, headers, who may.
NOT_CHECKED = "positive_data_acceptance"
# A change without If-Match is answered 428 (RFC 6585), which the prober does not expect by itself.
CONFIG = "[checks]\nmissing_required_header.expected-statuses = [400, 401, 403, 404, 428]\n"


@pytest.fixture
def token(committed: None, acme: World) -> Iterator[str]:
    """A key of all scopes, which may ask often."""
    with acme.inside():
        _, token = create_key(
            actor=acme.actor(Role.ADMIN, door=Door.COMMAND),
            values=KeyValues(name="Prober", scopes=list(SCOPES), requests_per_minute=100_000),
        )
    return token


@pytest.mark.timeout(7200)
def test_the_api_does_what_its_document_says(running: Running, token: str) -> None:
    (running.directory / "schemathesis.toml").write_text(CONFIG)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "docs" / "openapi.yaml")),
            *("--url", running.url, "--header", f"Authorization: Bearer {token}"),
            *("--phases", PHASES, "--max-examples", str(CASES), "--seed", "7"),
            *("--checks", "all", "--exclude-checks", NOT_CHECKED, "--continue-on-failure"),
            *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        ],
        cwd=running.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
