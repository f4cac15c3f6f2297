"""Serializers of each resource, limited to what the reader sees on its page."""

from typing import Any

from rest_framework.serializers import BaseSerializer

from agencies.kernel.resource import Resource

from .answers import DoneShape
from .cases import CaseDetail, CaseRow
from .clocks import ClockDetail, ClockRow
from .columns import shape_of
from .conferences import ConferenceDetail, ConferenceRow
from .confidential import ConfidentialDetail, ConfidentialRow
from .confirmations import ConfirmationShape
from .corrections import CorrectionShape
from .custody import LotDetail, LotRow
from .instructions import InstructionDetail, InstructionRow
from .leads import LeadDetail, LeadRow
from .notes import NoteRow
from .opinions import OpinionShape, RoundDetail, RoundRow
from .papers import IncomingRow, PaperDetail, PaperRow
from .parts import READ_ONLY, AgencyShape, CaseRef, DetailShape, PersonShape, Shape, VerbShape
from .proceedings import (
    DecisionDetail,
    MeasureShape,
    PersonRow,
    ProceedingDetail,
    ProceedingRow,
    PropertyShape,
    SuspectShape,
)
from .proxy_steps import RecordedStepShape
from .referrals import ReferralDetail, ReferralRow
from .reminders import ReminderDetail, ReminderRow
from .routing import RuleSetDetail, RuleSetRow
from .tasks import TaskDetail, TaskRow
from .watchlists import ListingRow

__all__ = [
    "READ_ONLY",
    "AgencyShape",
    "CaseDetail",
    "CaseRef",
    "CaseRow",
    "ClockDetail",
    "ClockRow",
    "ConferenceDetail",
    "ConferenceRow",
    "ConfidentialDetail",
    "ConfidentialRow",
    "ConfirmationShape",
    "CorrectionShape",
    "DecisionDetail",
    "DetailShape",
    "DoneShape",
    "IncomingRow",
    "InstructionDetail",
    "InstructionRow",
    "LeadDetail",
    "LeadRow",
    "ListingRow",
    "LotDetail",
    "LotRow",
    "MeasureShape",
    "NoteRow",
    "OpinionShape",
    "PaperDetail",
    "PaperRow",
    "PersonRow",
    "PersonShape",
    "ProceedingDetail",
    "ProceedingRow",
    "PropertyShape",
    "RecordedStepShape",
    "ReferralDetail",
    "ReferralRow",
    "ReminderDetail",
    "ReminderRow",
    "RoundDetail",
    "RoundRow",
    "RuleSetDetail",
    "RuleSetRow",
    "Shape",
    "SuspectShape",
    "TaskDetail",
    "TaskRow",
    "VerbShape",
    "detail_of",
    "row_of",
]

# Resource → the row of its list, and the whole object.
SHAPES: dict[str, tuple[type[BaseSerializer[Any]], type[BaseSerializer[Any]]]] = {
    "leads": (LeadRow, LeadDetail),
    "cases": (CaseRow, CaseDetail),
    "proceedings": (ProceedingRow, ProceedingDetail),
    "decisions": (DecisionDetail, DecisionDetail),
    "suspects": (PersonRow, SuspectShape),
    "measures": (MeasureShape, MeasureShape),
    "property-measures": (PropertyShape, PropertyShape),
    "referrals": (ReferralRow, ReferralDetail),
    "lots": (LotRow, LotDetail),
    "clocks": (ClockRow, ClockDetail),
    "incoming": (IncomingRow, IncomingRow),
    "recorded-steps": (RecordedStepShape, RecordedStepShape),
    "corrections": (CorrectionShape, CorrectionShape),
    "confirmations": (ConfirmationShape, ConfirmationShape),
    "papers": (PaperRow, PaperDetail),
    "notes": (NoteRow, NoteRow),
    "rule-sets": (RuleSetRow, RuleSetDetail),
    "listings": (ListingRow, ListingRow),
    "reminders": (ReminderRow, ReminderDetail),
    "confidential-letters": (ConfidentialRow, ConfidentialDetail),
    "instructions": (InstructionRow, InstructionDetail),
    "conferences": (ConferenceRow, ConferenceDetail),
    "opinion-rounds": (RoundRow, RoundDetail),
    "opinions": (OpinionShape, OpinionShape),
    "tasks": (TaskRow, TaskDetail),
}


def row_of(resource: Resource) -> type[BaseSerializer[Any]]:
    return SHAPES[resource.name][0] if resource.name in SHAPES else shape_of(resource)


def detail_of(resource: Resource) -> type[BaseSerializer[Any]]:
    return SHAPES[resource.name][1] if resource.name in SHAPES else shape_of(resource)
