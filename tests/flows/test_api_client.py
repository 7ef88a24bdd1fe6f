"""A typed Python client, generated from the document, works against the running API."""

import subprocess
import sys
from pathlib import Path

import pytest

from crm.actors import Door
from crm.embedded.places import ROOT
from crm.roles import Role
from crm.scopes import SCOPES
from crm.services.api_keys import KeyValues, create_key
from tests.flows.running import Running
from tests.worlds import World

# What a developer of another system would write.
PROGRAM = """
import sys
from uuid import UUID

from switchboard_client import AuthenticatedClient
from switchboard_client.api.customers import add_note, create_customer, list_customers
from switchboard_client.api.customers import read_customer, update_customer
from switchboard_client.models import CustomerOut, CustomerPage, NewCustomer, NewNote
from switchboard_client.models import CustomerChanges, Problem, ValueIn

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
jane = NewCustomer(full_name="Jane Smith", phones=[ValueIn(value="0412 345 678")])
made = create_customer.sync(client=client, body=jane)
assert isinstance(made, CustomerOut), made
assert made.code.startswith("CUS-")
again = create_customer.sync(client=client, body=jane)
assert isinstance(again, Problem), again
assert again.code == "duplicate"
assert UUID(again.additional_properties["customer_id"]) == made.id

note = add_note.sync(made.id, client=client, body=NewNote(text="Likes tea"))
assert note.text == "Likes tea"
read = read_customer.sync_detailed(made.id, client=client)
etag = read.headers["ETag"]
changes = CustomerChanges(full_name="Jane Smith-Lee")
changed = update_customer.sync(made.id, client=client, body=changes, if_match=etag)
assert changed.full_name == "Jane Smith-Lee"
lost = update_customer.sync(made.id, client=client, body=changes, if_match=etag)
assert isinstance(lost, Problem)
assert lost.code == "stale_version"
page = list_customers.sync(client=client, limit=1)
assert isinstance(page, CustomerPage)
assert [one.full_name for one in page.results] == ["Jane Smith-Lee"]
print("done")
"""

CONFIG = """
package_name_override: switchboard_client
post_hooks: []
content_type_overrides: {application/zip: application/octet-stream}
"""


@pytest.fixture
def client_code(tmp_path: Path) -> Path:
    """The directory in which the generated package stands."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--path", str(ROOT / "docs" / "openapi.yaml"), "--config", str(config)),
            *(
                "--output-path",
                str(tmp_path / "switchboard_client"),
                "--meta",
                "none",
                "--fail-on-warning",
            ),
        ],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    return tmp_path


def test_a_generated_client_works(
    running: Running, committed: None, acme: World, client_code: Path, tmp_path: Path
) -> None:
    with acme.inside():
        _, token = create_key(
            actor=acme.actor(Role.ADMIN, door=Door.COMMAND),
            values=KeyValues(name="Client", scopes=list(SCOPES)),
        )
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), running.url, token],
        env={"PYTHONPATH": str(client_code)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "done\n", done.stdout + done.stderr
