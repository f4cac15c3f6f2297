"""What the API shows of each thing, cut to the reader's sight: as much as the page shows him, and no more."""

from .answers import DoneShape
from .behalf import RecordedStepShape
from .cases import CaseDetail, CaseRow
from .chasing import ChaseDetail, ChaseRow
from .clocks import ClockDetail, ClockRow
from .conferences import ConferenceDetail, ConferenceRow
from .confirmations import ConfirmationShape
from .corrections import CorrectionShape
from .custody import LotDetail, LotRow
from .directions import DirectionDetail, DirectionRow
from .leads import LeadDetail, LeadRow
from .notes import NoteRow
from .opinions import OpinionShape, RoundDetail, RoundRow
from .papers import IncomingRow, PaperDetail, PaperRow
from .parts import READ_ONLY, CaseRef, DetailShape, OrganShape, PersonShape, Shape, VerbShape
from .proceedings import (
    DecisionDetail,
    MeasureShape,
    PersonRow,
    ProceedingDetail,
    ProceedingRow,
    PropertyShape,
    SuspectShape,
)
from .referrals import ReferralDetail, ReferralRow
from .routing import RuleSetDetail, RuleSetRow
from .sealed import SealedDetail, SealedRow
from .tasks import TaskDetail, TaskRow
from .watchlists import ListingRow

__all__ = [
    "READ_ONLY",
    "CaseDetail",
    "CaseRef",
    "CaseRow",
    "ChaseDetail",
    "ChaseRow",
    "ClockDetail",
    "ClockRow",
    "ConferenceDetail",
    "ConferenceRow",
    "ConfirmationShape",
    "CorrectionShape",
    "DecisionDetail",
    "DetailShape",
    "DirectionDetail",
    "DirectionRow",
    "DoneShape",
    "IncomingRow",
    "LeadDetail",
    "LeadRow",
    "ListingRow",
    "LotDetail",
    "LotRow",
    "MeasureShape",
    "NoteRow",
    "OpinionShape",
    "OrganShape",
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
    "RoundDetail",
    "RoundRow",
    "RuleSetDetail",
    "RuleSetRow",
    "SealedDetail",
    "SealedRow",
    "Shape",
    "SuspectShape",
    "TaskDetail",
    "TaskRow",
    "VerbShape",
]
