"""The resource of confidential letters."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Resource, Summary

from .actions import ACTIONS, draft_confidential_letter, record_reading
from .deciding import DECISION
from .filters import ConfidentialList
from .models import ConfidentialLetter
from .on_case import LettersOnCase
from .open_items import NAVIGATION, OpenLetters
from .page import page_parts
from .reassigning import LetterReassignment
from .shapes import ConfidentialShape
from .starts import STARTS
from .workflow import CONFIDENTIAL as TABLE

CONFIDENTIAL = Resource(
    name="confidential-letters",
    kind="confidential",
    model=ConfidentialLetter,
    page="confidential_letter",
    label=_("Confidential letter"),
    plural=_("Confidential letters"),
    looks={
        "RECEIVED": ("review", "receipt"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "drafter", "approver", "deciding_agency"),
    is_corrected=False,  # the agency would read the proposal
    adds={"cases": STARTS},
    contributes={"cases": {"draft_confidential_letter": draft_confidential_letter}},
    listing=ConfidentialList(),
    page_parts=page_parts,
    open_items=OpenLetters(),
    navigation=NAVIGATION,
    decision=DECISION,
    reassign=LetterReassignment(),
    on_case=LettersOnCase(),
    summary=Summary(title="number"),
    record_reading=record_reading,
    api=Api(
        row=("case", "agency", "addressee", "number", "created_at", "updated_at"),
        detail=("official", "facts", "result", "ending_reason", "to_revise", "deciding_agency", "named_people"),
        shape=ConfidentialShape,
    ),
)
