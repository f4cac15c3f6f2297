"""An invalid filter is reported with its name."""

import pytest

from tests import stories

# Both databases: conditions and order of lists.
pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("language", "message"), [("en", "State: Select a valid choice"), ("zh-hans", "状态：选择一个有效的选项")]
)
def test_each_invalid_filter_is_reported(cast, language, message):
    stories.lead(cast)
    answer = cast.browser("customs.officer", language).get("/leads/?state=gone&severity=none")
    assert answer.status_code == 400
    assert message in answer.content.decode()
