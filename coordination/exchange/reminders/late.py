"""Late items and the agencies that owe them, of each noun that declares how its objects are late.

Leads, referrals and proceedings are late by their periods. Other objects are late past the due date that the asking
agency set, while the other owes something.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import BooleanField, CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.late import Late
from agencies.kernel.lookups import is_among
from agencies.kernel.resource import RESOURCE_OF_KIND
from cases.casefile.models import Case
from cases.casefile.of_case import unrestricted
from cases.clocks.late import is_visible, visible_clocks
from cases.clocks.late import open_to_centre as clocks_open_to_centre

CLOCK, LEAD, REFERRAL, CHASE = "clock", "lead", "referral", "reminder"  # periods, and what they are about


def late_kinds() -> Mapping[str, Late]:
    """How objects are late, by kind."""
    return {kind: resource.late for kind, resource in RESOURCE_OF_KIND.items() if resource.late}


def kind_of(rows: QuerySet[Any] | Any) -> str:
    """The kind of these late rows, or of this one."""
    model = rows.model if isinstance(rows, QuerySet) else type(rows)
    return next(kind for kind in late_kinds() if RESOURCE_OF_KIND[kind].model is model)


def late_of(rows: QuerySet[Any] | Any) -> Late:
    return late_kinds()[kind_of(rows)]


def case_of(row: Any) -> Case | None:
    path = late_of(row).case.replace("__", ".")
    found: Case | None = attrgetter(path)(row) if path else None
    return found


def late_rows(kind: str, actor: Actor, now: datetime) -> QuerySet[Any]:
    """Late rows of this kind that concern the actor, with the common columns of `late_items` below."""
    late = late_kinds()[kind]
    owing = late.owed_to(actor.agency_id)
    rows = late.late(late.rows_of(RESOURCE_OF_KIND[kind].model, actor), now)
    if not actor.is_centre:
        rows = rows.filter(Q(**{late.debtor: actor.agency_id}) | owing)
    is_owed: Any = owing & ~Q(**{late.debtor: actor.agency_id})
    found: QuerySet[Any] = _with_handler(rows, kind).annotate(
        late_since=F(late.since),
        resource=Cast("subject_kind" if kind == CLOCK else Value(kind), CharField()),
        debtor_id=F(late.debtor),
        is_owed=ExpressionWrapper(is_owed, output_field=BooleanField()),
    )
    return found


def _with_handler(rows: Any, kind: str) -> Any:
    """The handler of a period is that of its subject."""
    return rows.with_handler() if kind == CLOCK else rows.annotate(handled_by=F(late_kinds()[kind].handler))


def key_of(row: Any) -> str:
    """The key of the item in a letter."""
    return f"{kind_of(row)}:{row.pk}"


def with_words(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Visible rows with the relations that their words need, and `case_seen`: only readers of the case learn which it
    is. Periods have the title of their lead as `lead_title`, if the actor sees the lead."""
    late = late_of(rows)
    seen: Any = is_among(Case.objects.visible_to(actor), late.case) if late.case else Value(False)
    if actor.is_centre:
        # The few rows shown are checked one by one, also those that all of the centre may see.
        model: Any = rows.model
        visible: Any = is_among(model.objects.visible_to(actor), "pk")
        rows = rows.filter(is_visible(actor) if kind_of(rows) == CLOCK else visible)
    if kind_of(rows) == CLOCK:
        rows = rows.annotate(lead_title=_title_of_lead(actor))
    annotated: QuerySet[Any] = rows.annotate(case_seen=ExpressionWrapper(seen, output_field=BooleanField()))
    return annotated.select_related(*late.related)


def _title_of_lead(actor: Actor) -> Subquery:
    leads = RESOURCE_OF_KIND[LEAD]
    seen = leads.model.objects.visible_to(actor).filter(pk=OuterRef("subject_id"))
    title = leads.summary.expression if leads.summary else Value("")
    return Subquery(seen.annotate(words=title).values("words")[:1], output_field=CharField())


def visible_rows(actor: Actor, subjects: Collection[str] | None = None) -> dict[str, QuerySet[Any]]:
    """The visible rows of each kind; with `subjects` only of these, as `subject_of` names them."""
    found = {
        kind: late.rows_of(RESOURCE_OF_KIND[kind].model, actor)
        for kind, late in late_kinds().items()
        if subjects is None or subject_of(kind) in subjects
    }
    clocks = {name.partition(" ")[2] for name in subjects or () if name.startswith(CLOCK)}
    return found | ({CLOCK: visible_clocks(actor, clocks)} if clocks else {})


def subject_of(kind: str, clock: str = "") -> str:
    """The name of what an item is about: its kind and, of a period, what the period is about."""
    return f"{kind} {clock}"


def still_late(now: datetime) -> dict[str, QuerySet[Any]]:
    return {kind: late.late(RESOURCE_OF_KIND[kind].model.objects.all(), now) for kind, late in late_kinds().items()}


def late_items(actor: Actor, now: datetime | None = None) -> list[QuerySet[Any]]:
    """All late items that concern the actor, one list for each resource: for the centre all visible ones, for an agency
    what it owes and what is owed to it.

    `late_since` is when it became late, `resource` what it is about, `debtor_id` who owes it, `handled_by` who handles
    it, `is_owed` whether another agency owes it to the actor's.
    """
    now = now or times.now()
    return [late_rows(kind, actor, now) for kind in late_kinds()]


def open_to_centre(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of some late items that every reader of the centre may see; figures count no others."""
    if kind_of(rows) == CLOCK:
        return rows.filter(clocks_open_to_centre())
    case = late_of(rows).case
    return rows.filter(unrestricted(case)) if case else rows


def may_remind(actor: Actor, row: Any) -> bool:
    """督办: the centre's coordinator may remind of anything owed; agency staff of what is owed to their agency."""
    if row.debtor_id == actor.agency_id:
        return False
    return actor.has_role(Role.COORDINATOR) or (actor.is_staff and bool(row.is_owed))
