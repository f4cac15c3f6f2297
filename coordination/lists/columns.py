"""The lists of leads, cases, referrals, tasks and notes as the cells of a file: what the page shows, and no more."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.tables import Row, moment_cell
from coordination.exchange.referrals.access import reads_package


def lead_heads() -> Row:
    return [
        *(_("Lead"), _("Source system"), _("Reference"), _("Status"), _("Severity"), _("Agency"), _("Officer")),
        *(_("Deadline"), _("Lenient reading"), _("Received at")),
    ]


def lead_cells(leads: Sequence[Any], actor: Actor) -> Iterable[Row]:
    for lead in leads:
        officer = lead.officer.name if lead.officer and lead.agency_id == actor.agency_id else ""
        yield [
            *(lead.title, lead.source_label, lead.source_ref, lead.get_state_display(), lead.get_severity_display()),
            *(lead.agency.name, officer, moment_cell(lead.due_at), moment_cell(lead.breach_at)),
            moment_cell(lead.received_at),
        ]


def case_heads() -> Row:
    return [
        *(_("Case no."), _("Subject"), _("Violation types"), _("State"), _("Lead agency"), _("Severity")),
        *(_("Nearest deadline"), _("Lenient reading"), _("Updated")),
    ]


def case_cells(cases: Sequence[Any], actor: Actor) -> Iterable[Row]:
    for case in cases:
        yield [
            *(case.number, case.title, "; ".join(str(one) for one in case.violation_types.all())),
            *(case.get_state_display(), case.lead.name, case.get_severity_display(), moment_cell(case.due_at)),
            *(moment_cell(case.breach_at), moment_cell(case.updated_at)),
        ]


def referral_heads() -> Row:
    return [
        *(_("Number"), _("Kind"), _("Subject"), _("Offence"), _("State"), _("Sender"), _("Receiver"), _("Next step")),
        *(_("Nearest deadline"), _("Lenient reading"), _("Updated")),
    ]


def referral_cells(referrals: Sequence[Any], actor: Actor) -> Iterable[Row]:
    for referral in referrals:
        opened = reads_package(referral, actor)
        yield [
            *(referral.number, referral.get_kind_display(), referral.title if opened else _("basic details only")),
            *(referral.offence.name if referral.offence else "", referral.get_state_display(), referral.sender.name),
            *(referral.receiver.name, "" if _is_over(referral) else referral.holder.name),
            *(moment_cell(referral.due_at), moment_cell(referral.breach_at), moment_cell(referral.updated_at)),
        ]


def _is_over(referral: Any) -> bool:
    return referral.state in referral.ENDED and not referral.due_at


def task_heads() -> Row:
    return [
        *(_("Task"), _("Case no."), _("Title of the case"), _("State"), _("Assigned agency"), _("Assignee")),
        *(_("Requesting agency"), _("Due"), _("Requested on")),
    ]


def task_cells(tasks: Sequence[Any], actor: Actor) -> Iterable[Row]:
    for task in tasks:
        number, title = (task.case.number, task.case.title) if task.sees_case else ("", "")
        assignee = task.assignee.name if task.assignee and task.agency_id == actor.agency_id else ""
        yield [
            *(task.label, number, title, task.get_state_display(), (task.unit or task.agency).name, assignee),
            *(task.asked_by.name, moment_cell(task.due_at), moment_cell(task.created_at)),
        ]


def note_heads() -> Row:
    return [_("Case no."), _("Agency"), _("Written by"), _("Seen by"), _("Written at"), _("State"), _("Text")]


def note_cells(notes: Sequence[Any], actor: Actor) -> Iterable[Row]:
    for note in notes:
        author = note.author.name if note.agency_id == actor.agency_id else ""
        seen_by = note.unit.name if note.unit else note.get_audience_display()
        yield [
            *(note.case.number, note.agency.name, author, seen_by, moment_cell(note.said_at)),
            *(note.get_state_display(), note.text if note.state == note.State.WRITTEN else note.reason),
        ]
