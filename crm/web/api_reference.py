"""The reference of the REST API for people, made from its OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from crm.roles import Action
from crm.web.access import staff_page

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 3


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter, or a value of a body; `name` shows where it stands."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What can be done at one address."""

    tag: str
    id: str
    method: str
    path: str
    words: str
    scope: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    answers: Sequence[tuple[str, str]]

    @property
    def title(self) -> str:
        """The first sentence of what it does."""
        return self.words.split("\n\n")[0].split(". ")[0].rstrip(".")


@staff_page(Action.USE_OWN_TOKENS)
@require_GET
def api_reference(request: HttpRequest) -> HttpResponse:
    """Every operation, by subject."""
    groups = [(tag, list(group)) for tag, group in groupby(operations(), lambda one: one.tag)]
    return render(request, "crm/keys/reference.html", {"groups": groups})


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, sorted by subject and address; they change with the program only."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    found = [
        _operation(document, path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    return tuple(sorted(found, key=lambda one: (one.tag, one.path, METHODS.index(one.method))))


def _operation(document: Schema, path: str, method: str, told: Schema) -> Operation:
    content = _resolved(document, told.get("requestBody", {})).get("content", {})
    first: Schema = next(iter(content.values()), {})
    body = first.get("schema", {})
    words, _, _ = str(told.get("description", "")).partition("\n\nNeeds the scope")
    return Operation(
        tag=told["tags"][0],
        id=told["operationId"],
        method=method,
        path=path,
        words=words,
        scope=str(told.get("x-scope", "")),
        parameters=[
            Field(
                name=parameter["name"],
                kind=_kind(document, parameter.get("schema", {})),
                is_required=parameter.get("required", False),
                words=parameter.get("description", ""),
            )
            for parameter in told.get("parameters", [])
        ],
        body=list(_fields(document, body)),
        answers=[
            (status, answer.get("description", ""))
            for status, answer in sorted(told["responses"].items())
        ],
    )


def _fields(document: Schema, schema: Schema, path: str = "", depth: int = 1) -> Iterator[Field]:
    """The values of a body, those within others too, as far as anybody wants to read."""
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        yield from _fields(document, schema["items"], f"{path}[]", depth)
        return
    for name, inner in schema.get("properties", {}).items():
        whole = _resolved(document, inner)
        place = f"{path}.{name}" if path else name
        yield Field(
            name=place,
            kind=_kind(document, inner),
            is_required=name in schema.get("required", ()),
            words=inner.get("description", "") or whole.get("description", ""),
        )
        if depth < DEEPEST and ("properties" in whole or whole.get("type") == "array"):
            yield from _fields(document, whole, place, depth + 1)


def _kind(document: Schema, schema: Schema) -> str:
    """The type of a value in a word or two."""
    schema = _resolved(document, schema)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            kinds = [_kind(document, one) for one in schema[several]]
            return " or ".join(dict.fromkeys(kind for kind in kinds if kind))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"] if value not in (None, ""))
    kind = schema.get("type", "")
    names = [kind] if isinstance(kind, str) else [one for one in kind if one != "null"]
    if names == ["array"]:
        return f"list of {_kind(document, schema.get('items', {}))}"
    return str(schema.get("format") or " or ".join(names))


def _resolved(document: Schema, schema: Schema) -> Schema:
    """What a `$ref`, or a lone one within `allOf`, stands for."""
    while True:
        if "$ref" in schema:
            *_, group, name = schema["$ref"].split("/")
            schema = document["components"][group][name]
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema
