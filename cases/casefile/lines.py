"""Cases in the workspace: leads offered to the agency, and cases whose control rules changed."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, compiled_ids
from agencies.kernel.lines import Ids, Line, OpenItems
from agencies.kernel.workflow import Button
from agencies.work.reading import FETCHED, Reader, nearest

from .models import Case
from .workflow import CASE as TABLE

RULES, OFFER = "rules", "offer"


def _nearest(reader: Reader) -> dict[str, Compiled]:
    """A case on both desks is shown as an offer, the last one."""
    actor = reader.actor
    desks = nearest({RULES: reader.has("case")}, actor)
    if actor.leads(actor.agency_id):
        offered = Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)
        desks[OFFER] = compiled_ids(offered.order_by("pk")[:FETCHED])
    return desks


def _lines(ids: Ids, reader: Reader) -> Iterator[Line]:
    if offered := [pk for pk, desk in ids.items() if desk == OFFER]:
        for case in Case.objects.filter(pk__in=offered).select_related("lead"):
            yield _offer_line(case)
    if changed := [pk for pk, desk in ids.items() if desk == RULES]:
        for case in Case.objects.contents_visible_to(reader.actor).filter(pk__in=changed):
            yield _changed_rules_line(case, reader.actor, reader.now)


def _changed_rules_line(case: Case, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("case", case.pk),
        sections=frozenset({RULES}),
        source=None,
        what=case.title,
        note=case.number,
        url=f"{reverse('case', args=[case.pk])}#items",
        waits=None,
        why=_("The rules changed since the control basis of an item was recorded: determine anew, or keep it."),
        due_at=None,
        breach_at=None,
    )


def _offer_line(case: Case) -> Line:
    accept = "accept_lead"
    url = reverse("verb", args=["cases", case.pk, accept])
    return Line(
        key=("case", case.pk),
        sections=frozenset({"decide"}),
        source=None,
        what=case.title,
        note=case.number,
        url=reverse_lazy("case", args=[case.pk]),
        waits=case.lead,
        why=_("The lead of this case is offered to your agency."),
        due_at=None,
        breach_at=None,
        offer=partial(Button, accept, TABLE.labels[accept], url),
    )


OPEN_ITEMS = OpenItems(
    line=_changed_rules_line,
    related=("lead",),
    nearest=_nearest,
    on_home=_lines,
    sections={RULES: _("Control rules changed on our cases")},
)
