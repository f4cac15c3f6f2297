"""Items waiting for the responsible person, over JSON."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, DictField, UUIDField

from agencies.kernel.permissions import STAFF
from agencies.kernel.shapes import Shape, VerbShape
from agencies.people.shapes import AgencyShape
from cases.casefile.models import Case
from cases.casefile.shapes import CaseRef
from coordination.workspace.approvals import Approval, kinds, waiting_page

from . import shapes
from .inputs import thing_url
from .nouns import offer
from .operations import Call, get
from .schema import paging


class ApprovalShape(Shape):
    """A decision that is waiting. `may_decide` is false for members of the team and for people without the office."""

    resource = ChoiceField(choices=[kind.name for kind in kinds()])
    id = UUIDField()
    title = CharField()
    agency = AgencyShape()
    case = CaseRef(allow_null=True)
    due_at = DateTimeField(allow_null=True)
    breach_at = DateTimeField(allow_null=True)
    article = CharField()
    may_decide = BooleanField()
    verbs = VerbShape(many=True)
    links = DictField(child=CharField())


class ApprovalsShape(shapes.PageShape):
    results = ApprovalShape(many=True)


@get(
    "approvals/",
    "list",
    _("List matters waiting for a decision"),
    _("Transfers, decisions and extensions waiting for the responsible person of the caller's agency."),
    permission=STAFF,
    answers=ApprovalsShape,
    query=paging(),
)
def approvals(call: Call) -> Any:
    """Decisions that wait for the responsible person of the caller's agency, nearest deadline first."""
    page = waiting_page(call.actor, call.query, size=call.size)
    seen = Case.objects.visible_to(call.actor).in_bulk({one.case.pk for one in page.items if one.case})
    return call.paged(page, [_row(one, call.actor, seen) for one in page.items])


def _row(one: Approval, actor: Any, seen: dict[Any, Case]) -> dict[str, Any]:
    resource, thing = one.kind.name, one.thing
    buttons = (
        [b for b in one.kind.registered.buttons(actor, thing) if b.verb in one.kind.decision.verbs]
        if actor.responsible_for
        else []
    )
    verbs = [offer(thing, button) for button in buttons]
    return {
        "resource": resource,
        "id": thing.pk,
        "title": one.title,
        "agency": one.agency,
        "case": seen.get(one.case.pk) if one.case else None,
        "due_at": one.due_at,
        "breach_at": one.breach_at,
        "article": one.article,
        "may_decide": bool(verbs) and not thing.barred,
        "verbs": verbs,
        "links": {"self": thing_url(thing), "page": one.url, "approvals": reverse("approvals") + one.query},
    }
