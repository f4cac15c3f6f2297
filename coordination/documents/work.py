"""Work items of draft papers: each waits for who completes it, or for who signs it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from cases.casefile.work import in_case
from cases.clocks.models import Clock
from cases.papers.models import Paper


def rows(paper: Any) -> Iterator[DeskRow]:
    """One row: of the unit leads once only their signature is missing, else of the drafter. A draft to which only the
    decision can add something has none: it is signed with the matter, which is on the desk of who decides.

    It is due with the period that its agency must keep about the subject, such as the 24 hours of a hand-over; a letter
    that waits for its number, and so for a decision, is not due yet.
    """
    if paper.is_ready and not paper.is_complete:
        return
    numbered = not paper.waits_for_number
    to_sign = paper.is_complete and paper.kind.signer == "chief"
    yield DeskRow(
        side=Side.DOES,
        agency_id=paper.agency_id,
        state=paper.state,
        person_id=paper.drafter_id,
        free=paper.drafter_id is None,
        decides=Decider.LEAD if to_sign else Decider.NONE,
        due_at=paper.subject_due_at if numbered else None,
        breach_at=paper.subject_breach_at if numbered else None,
        since=paper.state_since,
        # A new edition is created without an event of its own.
        came_at=paper.created_at if paper.replaces_id else None,
        wall_id=paper.proceeding_id,
        matter_id=paper.subject_id,
        **in_case(paper.case, paper.agency_id),
    )


def drafts() -> QuerySet[Any]:
    periods = Clock.objects.running().duties().filter(subject_id=OuterRef("subject_id"), agency=OuterRef("agency"))
    first = periods.filter(due_at__isnull=False).order_by("due_at", "pk")
    return (
        Paper.objects.filter(state=Paper.State.DRAFT)
        .select_related("case")
        .annotate(
            subject_due_at=Subquery(first.values("due_at")[:1]),
            subject_breach_at=Subquery(first.values("breach_at")[:1]),
        )
    )


def drafts_about(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """Drafts about these subjects, whose periods have changed."""
    return {"paper": Paper.objects.filter(subject_id__in=ids, state=Paper.State.DRAFT).values_list("pk", flat=True)}


WORK = WorkRows(kind="paper", things=drafts, rows=rows)
