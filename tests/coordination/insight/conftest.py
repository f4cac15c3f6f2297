"""Stages of several folders of tests."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.intake.models import Lead
from tests import stories
from tests.kept_stories import story


@pytest.fixture
@story
def kept_back(cast: Any) -> None:
    """Late items of every kind, of which some are kept from the centre: a restricted case and lead, and drafts."""
    case, restricted = stories.shared_case(cast), stories.shared_case(cast, handling="H3")
    for matter in (case, restricted):
        stories.late_task(cast, 2, matter)
        stories.transfer(cast, "DRAFT_REPORT", matter)
        stories.transfer(cast, "ACCEPTED", matter)
    stories.conference(cast, matter=case)
    stories.opinion_round(cast, matter=case, due_at=timezone.now() + timedelta(days=2))
    stories.instruction(cast, "RECEIVED")
    stories.major_case(cast)
    stories.property_measure(cast)
    stories.arrested(cast, stories.suspect(cast))
    stories.lead(cast)
    Lead.objects.filter(pk=stories.lead(cast).pk).update(handling="H3")
