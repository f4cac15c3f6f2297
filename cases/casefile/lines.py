"""Cases in the workspace: leads offered to the agency, and cases whose control rules changed."""

from datetime import datetime
from functools import partial

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import Line, OpenItems
from agencies.kernel.workflow import Button

from .models import Case
from .workflow import CASE as TABLE


def _changed_rules_line(case: Case, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("case", case.pk),
        what=case.title,
        note=case.number,
        url=f"{reverse('case', args=[case.pk])}#items",
        waits=None,
        why=_("The rules changed since the control basis of an item was recorded: determine anew, or keep it."),
        due_at=None,
        breach_at=None,
    )


def offer_line(case: Case) -> Line:
    """The decision of a unit lead or responsible person to whose agency the lead is offered."""
    accept = "accept_lead"
    url = reverse("verb", args=["cases", case.pk, accept])
    return Line(
        key=("case", case.pk),
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
)
