"""Date formats in both languages."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

MOMENT = datetime(2026, 11, 24, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh-hans", "2026年11月24日 13:09 | 2026年11月24日"), ("en", "2026-11-24 13:09 | 2026-11-24")],
)
def test_a_moment_is_shown_in_beijing_time(language: str, shown: str) -> None:
    template = Template('{{ at|date:"DATETIME_FORMAT" }} | {{ at|date:"SHORT_DATE_FORMAT" }}')
    with translation.override(language):
        assert template.render(Context({"at": MOMENT})) == shown
