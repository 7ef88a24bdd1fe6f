"""The committed document is what the program does, and it is complete."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from openapi_spec_validator import validate

from crm.embedded.places import ROOT
from crm.scopes import SCOPES

DOCUMENT = ROOT / "docs" / "openapi.yaml"
WRITE = 'make manage ARGS="spectacular --file docs/openapi.yaml"'
NEEDS_NO_SCOPE = {"read_me"}


@pytest.fixture(scope="module")
def generated() -> Any:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    return schema


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method, told in item.items():
            yield path, method, told


def test_the_committed_document_is_the_generated_one(generated: Any) -> None:
    written = OpenApiYamlRenderer().render(generated, renderer_context={}).decode()
    assert yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")) == yaml.safe_load(written), (
        f"The API changed. Write its document again: {WRITE}"
    )


def test_the_document_is_valid_openapi(generated: Any) -> None:
    validate(yaml.safe_load(OpenApiYamlRenderer().render(generated, renderer_context={})))


def test_every_operation_is_told_wholly(generated: Any) -> None:
    ids = [told["operationId"] for _, _, told in operations(generated)]
    assert len(ids) == len(set(ids))
    for path, method, told in operations(generated):
        where = f"{method} {path}"
        assert told.get("description", "").strip(), where
        assert told["operationId"] in NEEDS_NO_SCOPE or set(told["x-scope"].split()) <= set(
            SCOPES
        ), where
        statuses = set(told["responses"])
        assert any(status.startswith("2") for status in statuses), where
        assert {"401", "403", "429"} <= statuses, where
        for status, answer in told["responses"].items():
            if status.startswith(("4", "5")):
                assert list(answer["content"]) == ["application/problem+json"], (where, status)


def test_the_reference_page_has_an_address() -> None:
    assert reverse("keys:reference") == "/keys/reference/"
