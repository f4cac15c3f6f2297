"""What the control law says of the items of a report on the day of the conduct: flags, and the strictest verdict.

Flags are computed when they are read, so that they follow the rules in use. A lead stores only the strictest verdict,
for lists and routing.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.work import atomic
from cases.casefile.identifiers import normalize_identifier
from cases.controls.destinations import DestinationVerdict, ReportedMatter, distinct, matter_of, verdicts_of
from cases.controls.serializers import possible_json
from cases.controls.store import current
from cases.controls.verdicts import Verdict, decisive, strictest
from cases.controls.words import fact_label
from cases.watchlists.models import Listing

from .models import Content, Lead, Revision

Flag = dict[str, Any]
BATCH = 500


class ConductDay(NamedTuple):
    """The day whose law applies. `is_known` is False if the source gave no date: the day of receipt is used then."""

    day: date
    is_known: bool


def conduct_day(occurred_at: datetime | None, received_at: datetime) -> ConductDay:
    return ConductDay(timezone.localdate(occurred_at or received_at), occurred_at is not None)


def reported_matter(content: Content) -> ReportedMatter:
    """What a report says beside its goods: journeys and parties."""
    return matter_of(content.get("shipments") or [], content.get("parties") or [], normalize_identifier)


def destinations(content: Content) -> list[str]:
    """The final destination of each shipment. A route that ends in China has none."""
    return reported_matter(content).destinations


def verdict_of(content: Content, on: date) -> str:
    """The strictest verdict on any item and destination of the report; "" without items."""
    return strictest(one.verdict.verdict for _n, one in _verdicts(content, on))


def control_flags(content: Content, on: ConductDay) -> list[Flag]:
    """A flag for each item and destination, except where no rule applies and none could by what is said of users."""
    return [_flag(n, one, on) for n, one in _verdicts(content, on.day) if _is_flagged(one.verdict)]


def _is_flagged(verdict: Verdict) -> bool:
    if verdict.verdict == "outside_scope":
        return any("dual_use" in could.missing for could in verdict.could_become)
    return verdict.verdict != "not_controlled"


def flags_of(lead: Lead) -> list[Flag]:
    """All flags of the current revision: numbers that look wrong, and the control law."""
    newest = lead.newest
    return [*newest.flags, *control_flags(newest.content, conduct_day(lead.occurred_at, lead.received_at))]


def _verdicts(content: Content, on: date) -> Iterator[tuple[int, DestinationVerdict]]:
    book, matter = current(), reported_matter(content)
    for n, item in enumerate(content.get("items") or []):
        yield from ((n, one) for one in distinct(verdicts_of(item, matter, on, book)))


def _flag(n: int, one: DestinationVerdict, on: ConductDay) -> Flag:
    verdict = one.verdict
    return {
        "pointer": f"/items/{n}",
        "code": verdict.verdict,
        "detail": _because(verdict),
        "destination": one.code,
        "reading": one.reading,
        "on": on.day.isoformat(),
        "on_known": on.is_known,
        "verify": verdict.verify,
        "could_become": [possible_json(could) for could in verdict.could_become],
    }


def _because(verdict: Verdict) -> str:
    """The instruments that lead to the verdict, else the facts that are missing."""
    if cited := [one.rule.cited for one in decisive(verdict)]:
        return "; ".join(cited)
    book, names = current(), dict.fromkeys(name for could in verdict.could_become for name in could.missing)
    missing = _(", ").join(str(fact_label(name, book)) for name in names)
    return _("Missing: %(facts)s") % {"facts": missing} if missing else ""


def read_again(batch: int = BATCH) -> int:
    """Renews the stored verdict of leads to triage after another version of the rules came into use, or an entry of
    the lists changed."""
    version, changed = current().version, Listing.objects.names().aggregate(at=Max("state_since"))["at"]
    up_to_date = Q(rules_version=version) & (Q(verdict_at__gt=changed) if changed else Q())
    rows = Lead.objects.to_triage().exclude(up_to_date).order_by("pk")
    with atomic():
        leads = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True)[:batch])
        held = Revision.objects.filter(lead__in=leads, number=F("lead__revision"))
        contents = dict(held.values_list("lead_id", "content"))
        for lead in leads:
            lead.verdict = verdict_of(contents[lead.pk], conduct_day(lead.occurred_at, lead.received_at).day)
            lead.rules_version, lead.verdict_at = version, times.now()
        Lead.objects.bulk_update(leads, ["verdict", "rules_version", "verdict_at"])
    return len(leads)
