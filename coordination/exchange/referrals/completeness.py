"""The checklist of a criminal transfer: what belongs to it before it is handed over (D310 art. 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from cases.papers.models import IncomingPaper, Paper

from .chosen import acts_of, files_of, items_of, parties_of
from .models import Referral

LETTER, INVESTIGATION, GOODS = "TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"
PAPERS = {"letter": LETTER, "investigation": INVESTIGATION, "goods": GOODS}
LABELS: dict[str, Text] = {
    "parties": _("Parties"),
    "acts": _("Unlawful acts"),
    "offence": _("Suspected offence"),
    "team": _("Team of at least two officers"),
    "letter": _("Transfer letter"),
    "investigation": _("Investigation report"),
    "goods": _("List of the goods"),
    "evidence": _("Evidence files or list of evidence"),
    "qualification": _("Laboratory and accreditation of each test report or expert opinion"),
}


@dataclass(frozen=True)
class TransferPart:
    """One part of the transfer and whether it is there. A paper is there if it is issued, or drafted so that only the
    decision and the signature are missing."""

    key: str
    met: bool
    paper: Paper | None = None

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
    drawn_up = Paper.objects.about(referral.clock_kind, referral.pk).standing().filter(agency=referral.sender_id)
    issued_last = sorted(drawn_up, key=lambda paper: paper.state == Paper.State.ISSUED)
    papers = {paper.form: paper for paper in issued_last}  # an issued edition counts until the next one is issued
    enclosed = list(enclosed_scans(referral))
    return [
        TransferPart("parties", parties_of(referral).exists()),
        TransferPart("acts", acts_of(referral).exists()),
        TransferPart("offence", referral.offence_id is not None),
        TransferPart("team", referral.team.count() >= 2),
        _part_of_paper("letter", papers),
        _part_of_paper("investigation", papers),
        _part_of_paper("goods", papers, needed=items_of(referral).exists()),
        TransferPart("evidence", bool(referral.enclosures.strip()) or bool(enclosed) or files_of(referral).exists()),
        # 公通字〔2016〕16号: the qualification of who tested or gave the opinion goes with it.
        TransferPart("qualification", not any(one.lacks_qualification for one in enclosed)),
    ]


def _part_of_paper(key: str, papers: Mapping[str, Paper], *, needed: bool = True) -> TransferPart:
    paper = papers.get(PAPERS[key])
    there = paper is not None and (paper.state == Paper.State.ISSUED or paper.is_ready)
    return TransferPart(key, there or not needed, paper)


def unsigned_papers(referral: Referral) -> list[Paper]:
    """Drafts of the transfer that a unit lead or the responsible person still has to sign."""
    drafts = (part.paper for part in parts_of(referral) if part.paper and part.paper.state == Paper.State.DRAFT)
    return [paper for paper in drafts if paper.kind.signer == "chief"]


def enclosed_scans(referral: Referral) -> QuerySet[IncomingPaper]:
    """证据材料: papers that the sender has recorded and shared on the case."""
    return IncomingPaper.objects.filter(
        case=referral.case_id, keeper=referral.sender_id, state=IncomingPaper.State.SHARED
    ).select_related("agency")


def missing_parts(referral: Referral) -> list[TransferPart]:
    return [part for part in parts_of(referral) if not part.met]
