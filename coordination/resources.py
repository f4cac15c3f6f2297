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
from agencies.machines.resource import SYSTEM
from cases.casefile.determining import register_findings
from cases.casefile.following import register_followers
from cases.casefile.licensing import register_licences
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
from coordination.automation.imports.resource import IMPORT
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
from coordination.exchange.referrals.actions.corrections import follow_correction
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
from coordination.prevention.certificates.resource import CERTIFICATE
from coordination.prevention.circulars.resource import CIRCULAR
from coordination.prevention.customsqueries.resource import CUSTOMS_QUERY
from coordination.prevention.diligence.resource import QUESTIONNAIRE, REVIEW
from coordination.prevention.enduse.actions import follow_facts
from coordination.prevention.enduse.resource import END_USE
from coordination.prevention.exporters.resource import EXPORTER
from coordination.prevention.identifications.findings import opinion_on
from coordination.prevention.identifications.resource import IDENTIFICATION
from coordination.prevention.inspections.resource import INSPECTION
from coordination.prevention.licences.checking import check_licences
from coordination.prevention.licences.resource import LICENCE
from coordination.prevention.routerisk.resource import RISK_FINDING, RISK_RULE
from coordination.prevention.screening.resource import MATCH
from coordination.prevention.screening.work import matches_in_leads
from coordination.prevention.stops.resource import STOP
from coordination.prevention.warnings.resource import LETTER, RELEASE

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
    IMPORT,
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
    SYSTEM,
    PLAYBOOKS,
    DOCUMENTS,
    CALENDAR,
    LISTS,
    COURSE_OF_CASES,
    FIGURES,
    EXPORTER,
    LETTER,
    RELEASE,
    CIRCULAR,
    QUESTIONNAIRE,
    REVIEW,
    INSPECTION,
    CERTIFICATE,
    MATCH,
    END_USE,
    STOP,
    CUSTOMS_QUERY,
    IDENTIFICATION,
    LICENCE,
    RISK_RULE,
    RISK_FINDING,
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
    register_followers(follow_correction, follow_facts)
    register_findings(opinion_on)
    register_licences(check_licences)


def register_work() -> None:
    """Registers where items are placed, and which other items a change of a case, proceeding or
    period updates."""
    work.register_placing(places_of)
    work.register_wider("case", items_of_cases)
    work.register_wider(HOLDER, _around_leads)
    work.register_wider("periods of referral", drafts_about)
    for subject in proceedings.SUBJECTS:
        work.register_wider(f"periods of {subject}", _of_subjects_in_proceedings)
    work.register_wider("periods of query", proceedings.clocks_of_subjects)
    work.register_wider("proceeding", _around_proceedings)
    work.register_wider(SHARE, _seen_by_shares)
    work.register_wider("opinion", rounds_of)


def _around_leads(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    return {**letters_on_leads(ids), **matches_in_leads(ids)}


def _around_proceedings(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    cases = PROCEEDING.model.objects.filter(pk__in=ids).values("case")
    return {**proceedings.around_proceedings(ids), "reminder": letters_on_cases(cases)}


def _seen_by_shares(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    found = items_on_cases(ids)
    return {**found, "reminder": found.get("reminder", set()) | letters_on_cases(ids)}


def _of_subjects_in_proceedings(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    return {**proceedings.clocks_of_subjects(ids), **drafts_about(ids)}
