"""Reading answers in tests."""

import json
from typing import Any

MISSING = "0190b3a0-0000-7000-8000-000000000000"


def body_of(response: Any) -> Any:
    """The JSON of an answer."""
    return json.loads(response.content)


def refusal(response: Any) -> tuple[int, str]:
    """Status and code of a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, body_of(response)["code"]


def wrong_fields(response: Any) -> set[str]:
    """The places that a problem names."""
    assert response.status_code == 400, response.content
    return {error["field"] for error in body_of(response)["errors"]}
