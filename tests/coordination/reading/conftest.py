"""Each test begins with an empty spool, for the pages that earlier tests opened wait in it."""

import shutil

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from coordination.reading import spool


@pytest.fixture(autouse=True)
def _an_empty_spool(settings: Settings) -> None:
    settings.READ_LOG_AT_ONCE = connection.vendor == "postgresql"
    shutil.rmtree(spool.folder(), ignore_errors=True)
