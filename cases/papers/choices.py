"""Choices of papers for action fields. They are always rows, never free ids."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from cases.casefile.models import Case

from .models import IncomingPaper


def incoming_papers(thing: Any, actor: Actor) -> Choices:
    """Incoming papers on the object's case recorded by the actor's agency, which prove acts of agencies that do not
    sign in.

    `thing` is a case, or belongs to one directly or by its proceeding.
    """
    papers = IncomingPaper.objects.standing().filter(case_id=case_id_of(thing), keeper_id=actor.agency_id)
    return [
        (str(paper.pk), f"{paper.agency.name} {paper.number} ({paper.dated.isoformat()}) {paper.title}")
        for paper in papers.select_related("agency")
    ]


def paper_from(agency: Callable[[Any], Agency | None]) -> ActionField:
    """A field for a paper of the agency for which the step is recorded, among those of the actor's agency."""

    def offered(thing: Any, actor: Actor) -> Choices:
        papers = IncomingPaper.objects.standing().filter(case_id=case_id_of(thing), keeper_id=actor.agency_id)
        return [
            (str(paper.pk), f"{paper.number} ({paper.dated.isoformat()})")
            for paper in papers.filter(agency=agency(thing))
        ]

    return ActionField(
        "paper",
        _("Paper of the other agency"),
        choices=offered,
        help=_("An incoming paper of that agency. Record it on the case first, with its number and scan."),
    )


def case_id_of(thing: Any) -> Any:
    if isinstance(thing, Case):
        return thing.pk
    if hasattr(thing, "case_id"):
        return thing.case_id
    line = thing.suspect if hasattr(thing, "suspect") else thing
    return line.proceeding.case_id
