"""News of sources of other agencies for a case: which agency holds them, and whether the lead agency asked for them.

The lead agency learns that there are news, and not what they are. The agency of the source takes them over.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F, Q

from .models import Case

# Leads are in a higher layer. The newest revision was neither taken over nor set aside.
WITH_NEWS = Q(leads__revision__gt=F("leads__settled_revision"))
HELD = ("pk", "lead_id", "leads__agency_id", "leads__revision", "leads__asked_revision")


def news_elsewhere(cases: Iterable[UUID]) -> Mapping[UUID, Mapping[int, bool]]:
    """By case, the agencies that hold news and do not lead it, each with whether it was asked for all of them."""
    found: dict[UUID, dict[int, bool]] = defaultdict(dict)
    for pk, lead, agency, newest, asked in Case.objects.filter(WITH_NEWS, pk__in=list(cases)).values_list(*HELD):
        if agency != lead:
            found[pk][agency] = found[pk].get(agency, True) and asked == newest
    return found


def to_be_asked(case: Case) -> set[int]:
    """The agencies that hold news for which the lead agency has not asked."""
    return {agency for agency, asked in news_elsewhere([case.pk]).get(case.pk, {}).items() if not asked}
