"""Service of the decision: on the spot, delivered, or by announcement (APL art. 61)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from tests import stories
from tests.stories.basics import running


def serve(cast, line, how):
    stories.walk(cast, line, [("serve", "customs.officer", {"service": how, **stories.by_person("serve")})])


@pytest.mark.parametrize("how", ["on_the_spot", "delivered"])
def test_service_starts_payment_and_remedies(cast, how):
    line = stories.decided(cast)
    serve(cast, line, how)
    assert running(line) == {"ADM_PAY", "REC_APPLY", "LIT_DIRECT"}
    assert (line.service, line.served_at) == (how, line.state_since)


@pytest.mark.slow
def test_without_a_fine_there_is_nothing_to_pay(cast):
    line = stories.reviewed(cast, proposed_penalties=["warning"])
    stories.walk(cast, line, [("decide", "customs.head", {"penalties": ["warning"]})])
    serve(cast, line, "on_the_spot")
    assert running(line) == {"REC_APPLY", "LIT_DIRECT"}


def test_an_announcement_serves_after_thirty_days(cast):
    line = stories.decided(cast)
    with pytest.raises(Invalid, match="announcement"):
        serve(cast, line, "announced")
    stories.walk(
        cast, line, [("announce", "customs.officer", {"reason": "Moved away, no address", "paper": "公告1号"})]
    )
    assert (line.state, running(line)) == ("DECIDED", set())
    with pytest.raises(Invalid, match="thirty days"):
        serve(cast, line, "announced")
    type(line).objects.filter(pk=line.pk).update(announced_at=timezone.now() - timedelta(days=31))
    line.refresh_from_db()
    serve(cast, line, "announced")
    assert line.state == "SERVED"
