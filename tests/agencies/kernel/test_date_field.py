"""A suggested date is written in the form browsers require, in every language of the page."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from agencies.kernel.action_fields import ActionField, ActionForm
from agencies.kernel.actor import Actor


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_suggested_day_is_in_the_form_of_a_date_input(language: str) -> None:
    field, actor = ActionField("on", "On", kind="date"), Actor(kind="user", id="1")
    with translation.override(language):
        form = ActionForm([field], thing=SimpleNamespace(), actor=actor, initial={"on": date(2026, 7, 22)})
        assert 'value="2026-07-22"' in str(form["on"])
