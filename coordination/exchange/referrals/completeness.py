"""The checklist of a criminal transfer: what belongs to it before it is handed over (D310 art. 6)."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from cases.papers.models import IncomingPaper, Paper

from .chosen import acts_of, items_of, parties_of
from .models import Referral

LETTER, INVESTIGATION, GOODS = "TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"
LABELS: dict[str, Text] = {
    "parties": _("Parties"),
    "acts": _("Unlawful acts"),
    "offence": _("Suspected offence"),
    "team": _("Team of at least two officers"),
    "letter": _("Issued transfer letter"),
    "investigation": _("Issued investigation report"),
    "goods": _("Issued list of goods"),
    "evidence": _("List of evidence"),
    "qualification": _("Laboratory and accreditation of each test report or expert opinion"),
}


@dataclass(frozen=True)
class TransferPart:
    """One part of the transfer and whether it is there."""

    key: str
    met: bool

    @property
    def label(self) -> Text:
        return LABELS[self.key]


def parts_of(referral: Referral) -> list[TransferPart]:
    """Every part in the order of the article. Naming no party or act means all of the case.

    Kept on the object, because a page asks for them more than once.
    """
    kept: list[TransferPart] | None = referral.__dict__.get("_parts")
    if kept is None:
        kept = referral.__dict__["_parts"] = _parts_of(referral)
    return kept


def _parts_of(referral: Referral) -> list[TransferPart]:
    issued = Paper.objects.about(referral.clock_kind, referral.pk).filter(state=Paper.State.ISSUED)
    forms = set(issued.values_list("form", flat=True))
    enclosed = list(enclosed_scans(referral))
    met = {
        "parties": parties_of(referral).exists(),
        "acts": acts_of(referral).exists(),
        "offence": referral.offence_id is not None,
        "team": referral.team.count() >= 2,
        "letter": LETTER in forms,
        "investigation": INVESTIGATION in forms,
        "goods": GOODS in forms or not items_of(referral).exists(),
        "evidence": bool(referral.enclosures.strip()) or bool(enclosed),
        # 公通字〔2016〕16号: the qualification of who tested or gave the opinion goes with it.
        "qualification": not any(one.lacks_qualification for one in enclosed),
    }
    return [TransferPart(key, found) for key, found in met.items()]


def enclosed_scans(referral: Referral) -> QuerySet[IncomingPaper]:
    """证据材料: papers that the sender has recorded and shared on the case."""
    return IncomingPaper.objects.filter(
        case=referral.case_id, keeper=referral.sender_id, state=IncomingPaper.State.SHARED
    ).select_related("agency")


def missing_parts(referral: Referral) -> list[TransferPart]:
    return [part for part in parts_of(referral) if not part.met]
