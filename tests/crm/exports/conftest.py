"""Files of exports go where pytest tidies up."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def storage(tmp_path: Path, settings: Settings) -> Path:
    """The directory in which the default storage keeps files during the test."""
    default = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path
