"""Numbers of letters: the words of agency and kind, the year, and a gap-free count (署移管〔2026〕3号)."""

from datetime import datetime

from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency
from cases.papers.texts import MARKS

from .models import Referral

K = Referral.Kind
# The register in which a kind is counted, where it is not named like the kind.
REGISTERS: dict[str, str] = {
    K.CRIMINAL_TRANSFER: "transfer",
    K.SUPERVISION: "SUP_SUGG",
    K.DEMAND: K.OPINION,
    K.REVERSE: "REV_LETTER",
}
# The words of registers that no form has (cases/papers/data/forms.csv). Each word belongs to one register, so that an
# agency never sends two letters with one number.
WORDS: dict[str, str] = {
    **MARKS,
    K.NOTICE: "通",
    K.COPY: "抄",
    K.ECO_LEAD: "经线",
    K.IDENTITY: "核",
    K.ADMINISTRATIVE: "移管",
    K.OPINION: "检意",
    K.CONVERSION: "转",
    K.PROSECUTION: "诉移",
}


def number_of(letter: Referral, *, at: datetime) -> str:
    """The number of a letter. A letter without one takes the next of its sender, in the year of `at`."""
    return letter.number or next_number_of(letter.kind, letter.sender, at=at)


def next_number_of(kind: str, sender: Agency, *, at: datetime) -> str:
    """Takes the next number of an agency for letters of a kind, of those that no letter has: an agency may have
    numbered letters alike before it worked in this system."""
    register = REGISTERS.get(kind, kind)
    while True:
        number = take_number(sender, register, at=at, mark=WORDS[register])
        if not Referral.objects.filter(sender=sender, kind=kind, number=number).exists():
            return number
