"""Each test begins with an empty spool, without rows of earlier tests."""

import shutil

import pytest

from coordination.insight.read_log import spool


@pytest.fixture(autouse=True)
def _an_empty_spool() -> None:
    shutil.rmtree(spool.folder(), ignore_errors=True)
