"""Each test begins with an empty spool, for the pages that earlier tests opened wait in it."""

import shutil

import pytest

from coordination.insight.read_log import spool


@pytest.fixture(autouse=True)
def _an_empty_spool() -> None:
    shutil.rmtree(spool.folder(), ignore_errors=True)
