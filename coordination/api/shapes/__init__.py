"""What the API shows of each thing, cut to the reader's sight: as much as the page shows him, and no more."""

from .answers import DoneShape
from .cases import CaseDetail, CaseRow
from .clocks import ClockDetail, ClockRow
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
]
