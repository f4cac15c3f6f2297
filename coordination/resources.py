"""Every resource, and what other packages contribute, in one tuple; the register is filled from it at start-up.

Wiring: only this module knows all resources. All others read `agencies.kernel.resource.RESOURCES`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from agencies.calendar.resource import CALENDAR
from agencies.confirmations.resource import CONFIRMATION
from agencies.journal.resource import RECORDED_STEP
from agencies.kernel import work
from agencies.kernel.register import fill_register
from agencies.kernel.resource import Contribution, Resource
from cases.casefile.resource import CASE, PARTS
from cases.casefile.resting import register_resting
from cases.casefile.work import items_of_cases
from cases.clocks.resource import CLOCK
from cases.custody.resource import LOT
from cases.files.resource import FILE
from cases.intake.desks import HOLDER
from cases.intake.resource import LEAD
from cases.papers.resource import INCOMING, PAPER
from cases.papers.resting import papers_on
from cases.proceedings import work as proceedings
from cases.proceedings.resource import DECISION, MEASURE, PROCEEDING, PROPERTY, SUSPECT
from cases.proceedings.resting import decisions_on
from cases.rulechanges.resource import RULE_CHANGE
from cases.sharing.resource import SHARING
from cases.sharing.work import SHARE, items_on_cases
from cases.watchlists.resource import LISTING
from coordination.actions.performing import CONFIRMED_STEPS
from coordination.automation.playbooks.resource import PLAYBOOKS
from coordination.automation.routing.placement import places_of
from coordination.automation.routing.resource import RULE_SET
from coordination.documents.resource import DOCUMENTS
from coordination.documents.work import drafts_about
from coordination.exchange.conferences.resource import CONFERENCE
from coordination.exchange.confidential.resource import CONFIDENTIAL
from coordination.exchange.corrections.resource import CORRECTION
from coordination.exchange.instructions.resource import INSTRUCTION
from coordination.exchange.majorcases.resource import MAJOR_CASE
from coordination.exchange.notes.resource import NOTE
from coordination.exchange.opinions.resource import OPINION, ROUND
from coordination.exchange.opinions.work import rounds_of
from coordination.exchange.referrals.resource import COURSE_OF_CASES, REFERRAL
from coordination.exchange.referrals.resting import packages_on
from coordination.exchange.reminders.resource import REMINDER
from coordination.exchange.reminders.work import letters_on_cases, letters_on_leads
from coordination.exchange.tasks.resource import TASK
from coordination.insight.bulletins.resource import BULLETIN
from coordination.insight.campaigns.resource import CAMPAIGN
from coordination.insight.metrics.catalogue import FIGURES
from coordination.insight.supervision.resource import SUPERVISION
from coordination.insight.thresholds.resource import THRESHOLD
from coordination.insight.typical_cases.resource import TYPICAL_CASE
from coordination.lists.resource import LISTS

# The order in which API contract, search and documents show them: as a matter proceeds.
DECLARED: tuple[Resource | Contribution, ...] = (
    CASE,
    LEAD,
    PARTS,
    SHARING,  # before MAJOR_CASE, which does more when a lead is accepted
    PROCEEDING,
    DECISION,
    SUSPECT,
    MEASURE,
    PROPERTY,
    REFERRAL,
    CONFIDENTIAL,
    TASK,
    NOTE,
    ROUND,
    OPINION,
    CONFERENCE,
    INSTRUCTION,
    MAJOR_CASE,
    CAMPAIGN,
    RULE_SET,
    REMINDER,
    CLOCK,
    PAPER,
    INCOMING,
    FILE,
    LOT,
    LISTING,
    RULE_CHANGE,
    RECORDED_STEP,
    CORRECTION,
    CONFIRMATION,
    PLAYBOOKS,
    DOCUMENTS,
    CALENDAR,
    LISTS,
    COURSE_OF_CASES,
    FIGURES,
    SUPERVISION,
    TYPICAL_CASE,
    BULLETIN,
    THRESHOLD,
    CONFIRMED_STEPS,
)


def register() -> None:
    fill_register(DECLARED)
    register_work()
    register_resting(packages_on, papers_on, decisions_on)


def register_work() -> None:
    """Registers where items are placed, and which other items a change of a case, proceeding or
    period updates."""
    work.register_placing(places_of)
    work.register_wider("case", items_of_cases)
    work.register_wider(HOLDER, letters_on_leads)
    work.register_wider("periods of referral", drafts_about)
    for subject in proceedings.SUBJECTS:
        work.register_wider(f"periods of {subject}", _of_subjects_in_proceedings)
    work.register_wider("proceeding", _around_proceedings)
    work.register_wider(SHARE, _seen_by_shares)
    work.register_wider("opinion", rounds_of)


def _around_proceedings(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    cases = PROCEEDING.model.objects.filter(pk__in=ids).values("case")
    return {**proceedings.around_proceedings(ids), "reminder": letters_on_cases(cases)}


def _seen_by_shares(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    found = items_on_cases(ids)
    return {**found, "reminder": found.get("reminder", set()) | letters_on_cases(ids)}


def _of_subjects_in_proceedings(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    return {**proceedings.clocks_of_subjects(ids), **drafts_about(ids)}
