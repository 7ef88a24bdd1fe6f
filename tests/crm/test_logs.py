"""Logs say where an error happened and never whose data it quoted."""

import logging
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from customers.models import Tag
from tests.worlds import World

SECRET = "Very Private Name"


@pytest.fixture
def stream() -> Iterator[StringIO]:
    """What the console handler of the settings writes."""
    config = settings.LOGGING
    text = StringIO()
    handlers = {"console": {**config["handlers"]["console"], "stream": text}}
    dictConfig({**config, "handlers": handlers, "root": {"handlers": ["console"], "level": "INFO"}})
    yield text
    dictConfig(config)


def test_an_error_keeps_its_values_to_itself(acme: World, stream: StringIO) -> None:
    Tag.objects.create(company=acme.company, name=SECRET)
    try:
        try:
            with transaction.atomic():
                Tag.objects.create(company=acme.company, name=SECRET)
        except IntegrityError as error:
            raise ValueError(f"{SECRET} is there already") from error
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")
    written = stream.getvalue()
    assert "ValueError" in written
    assert "caused by" in written
    assert "IntegrityError" in written
    assert "SQLSTATE 23505" in written
    assert "test_logs.py" in written
    assert SECRET not in written
