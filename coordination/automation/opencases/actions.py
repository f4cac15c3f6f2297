"""Takes the cases of a register, each in one transaction.

The check of an import does the same and is undone (decision 88), so that it says what taking the case would say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.digests import content_digest
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError, Forbidden, Invalid
from agencies.kernel.permissions import LEADS
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.intake.labels import CASE_REGISTER, OPEN_CASE
from cases.intake.models import Content, Lead
from cases.intake.receiving import receive_lead
from cases.intake.serializers import occurred_of

from .acts import CaseScene, RegisteredAct, acts_of, at_cells, perform
from .past import last_event, pass_over
from .reading import (
    RegisteredCase,
    cell,
    cell_error,
    moment_of,
    refuse_gaps,
    refused,
    report_of,
    row_digest,
    violation_types_of,
)
from .sheets import SHEET


class CaseEffect(StrEnum):
    """What taking a case does: a new case, none because it is known, none because it is known with other content, or a
    refusal."""

    NEW = "new"
    SAME = "same"
    DIFFERS = "differs"
    REFUSED = "refused"


@dataclass(frozen=True)
class CaseResult:
    """The result of one case: the errors at its cells, and for a known one what differs. `last_event` is the last one
    of a case that was taken: a later one shows that someone acted on it."""

    matter: RegisteredCase
    effect: CaseEffect
    errors: tuple[FieldError, ...] = ()
    case: Case | None = None
    last_event: int = 0


def require_two_importers(people: Sequence[Actor]) -> None:
    """Raises Forbidden unless these are two people of one agency who both may import its cases."""
    if not all(LEADS.allows(person) for person in people):
        raise Forbidden(_("Only unit leads and responsible persons import the open cases of their agency."))
    if len({person.id for person in people}) != 2 or len({person.agency_id for person in people}) != 1:
        raise Forbidden(_("A second unit lead or responsible person of the same agency confirms the import."))


def take_case(matter: RegisteredCase, people: Sequence[Actor]) -> CaseResult:
    """Takes the case with all its acts, or nothing of it. A repeat finds it."""
    try:
        with atomic():
            return _take(matter, people)
    except ActionError as wrong:
        return _refusal(matter, wrong)


def _refusal(matter: RegisteredCase, wrong: ActionError) -> CaseResult:
    errors = wrong.errors if isinstance(wrong, Invalid) else refused(matter.row, "number", wrong.detail).errors
    return CaseResult(matter, CaseEffect.REFUSED, tuple(errors))


def _take(matter: RegisteredCase, people: Sequence[Actor]) -> CaseResult:
    require_two_importers(people)
    people = sorted(people, key=lambda person: bool(person.responsible_for))
    refuse_gaps(matter)
    content, acts = report_of(matter), acts_of(matter)
    agency = Agency.objects.get(pk=people[0].own_agency)
    if (known := _known(matter, content, agency)) is not None:
        return known
    opening = RegisteredAct(matter.row, "opened_on", "paper", moment_of(matter.row, "opened_on") or times.now())
    lead = _receive(opening, content, people[0], agency)
    case = _open(opening, lead, people)
    scene = CaseScene(case, people)
    for act, perform_in in acts:
        perform_in(scene, act)
    pass_over(case, lead)
    return CaseResult(matter, CaseEffect.NEW, case=case, last_event=last_event(case, lead))


def _known(matter: RegisteredCase, content: Content, agency: Agency) -> CaseResult | None:
    """The case that was taken with this number before, and what differs."""
    leads = Lead.objects.filter(source_agency=agency, source_system=CASE_REGISTER, report_type=OPEN_CASE)
    lead = leads.filter(source_ref=matter.number, case__isnull=False).select_related("case").first()
    if lead is None:
        return None
    known = lead.revisions.get(number=lead.revision)
    if known.digest == content_digest(content):
        return CaseResult(matter, CaseEffect.SAME, case=lead.case)
    differences = tuple(_differences(matter, known.content.get("extra", {})))
    return CaseResult(matter, CaseEffect.DIFFERS, differences, case=lead.case)


def _differences(matter: RegisteredCase, digests: Mapping[str, list[str]]) -> Iterator[FieldError]:
    """The rows that were not in the register at the import. The case itself may have moved on since."""
    for part, rows in matter.sheets.items():
        before = digests.get(part, [])
        for row in rows:
            if row_digest(row) not in before:
                detail = _(
                    "This row was not there at the import, or was different. The case is not changed: correct it there."
                )
                yield cell_error(row, "", detail, "differs")
        if len(before) > len(rows):
            detail = _("At the import, the sheet “%(sheet)s” had more rows of this case. They stay.")
            yield cell_error(matter.row, "", detail % {"sheet": SHEET[part].words}, "differs")


def _receive(act: RegisteredAct, content: Content, actor: Actor, agency: Agency) -> Lead:
    """The entry of the register, as the lead of the case: its number is kept there and found by the search."""
    try:
        return receive_lead(content, actor=actor, agency=agency, occurred=occurred_of(content), happened_at=act.at).lead
    except ActionError as wrong:
        raise Invalid(at_cells(act, wrong, {})) from wrong


def _open(act: RegisteredAct, lead: Lead, people: Sequence[Actor]) -> Case:
    row = act.row
    answers: dict[str, Any] = {name: cell(row, name) for name in ("title", "title_en")}
    answers |= {"handling": lead.handling, "violation_types": violation_types_of(row)}
    made: Case = perform(act, people, lead, "promote", answers)
    return made
