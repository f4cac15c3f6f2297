"""What a responsible person decides about a referral."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.addresses import address
from agencies.kernel.resource import Facts, Gap, OfficeDecision
from agencies.kernel.texts import Text

from . import access as referrals
from .chosen import acts_of, files_of, items_of, parties_of
from .completeness import TransferPart, missing_parts
from .models import Referral
from .workflow import workflow_of


def _transfer_facts(referral: Referral) -> Facts:
    offence = referral.offence
    team = [person.name for person in referral.team.order_by("username")]
    return [
        (_("Receiver"), referral.receiver.name),
        (_("Suspected offence"), f"{offence.name} ({offence.cited})" if offence else ""),
        (_("Unlawful acts"), gettext("; ").join(str(act) for act in acts_of(referral))),
        (_("Evidence files"), gettext("; ").join(file.title for file in files_of(referral))),
        (_("Team"), gettext(", ").join(team)),
        # The other side knows the team from the package, but not who drafted.
        *([(_("Drafted by"), referral.drafter.name if referral.drafter else "")] if _is_own(referral) else []),
        *([(_("Proposed decision"), _proposed(referral))] if referral.proposed else []),
    ]


def _is_own(referral: Referral) -> bool:
    return referral.deciding_agency.pk == referral.sender_id


def _missing(referral: Referral) -> list[Gap]:
    """What the hand-over still lacks, before the responsible person decides on the transfer."""
    if not referral.is_transfer or referral.urgent or referral.state != Referral.State.HEAD_DECISION:
        return []
    return [(_gap_in_words(part), _place_of(part, referral)) for part in missing_parts(referral)]


def _gap_in_words(part: TransferPart) -> Text:
    blank = part.paper.left_blank if part.paper else []
    if not blank:
        return part.label
    return gettext("%(paper)s (still to be filled in: %(names)s)") % {
        "paper": part.label,
        "names": gettext(", ").join(blank),
    }


def _place_of(part: TransferPart, referral: Referral) -> str:
    """The draft, or the checklist of the transfer, which leads on to each part."""
    return address("paper", part.paper.pk) if part.paper else address("referral", referral.pk) + "#checklist"


def _article(referral: Referral) -> str:
    """The article that names the office which decides."""
    if referral.kind == referral.Kind.DEMAND:
        return "SPPR art.557"
    if referral.decider_id is None or referral.decider_id == referral.sender_id:
        return "D310 art.5" if referral.is_transfer else ""
    return "SPPR art.561" if referral.proposed == "order_filing" else "MPSP art.178"


def _proposed(referral: Referral) -> Text:
    return workflow_of(referral).labels[referral.proposed].button


def _to_decide(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(Q(state=Referral.State.HEAD_DECISION) | Q(decider__isnull=False))


DECISION = OfficeDecision(
    words=lambda referral: referral.get_kind_display(),
    article=_article,
    # Each kind has its own final action: a transfer is approved, a conversion files or takes back.
    verbs=(
        *("approve", "file", "take_back", "order_filing", "obey", "not_file", "uphold", "disown", "send"),
        *("call_off", "revoke", "revise", "return_proposal", "refuse"),
    ),
    waits=_to_decide,
    of_agencies=lambda rows, agencies: rows.filter(Q(decider__in=agencies) | Q(decider=None, sender__in=agencies)),
    agency="deciding_agency",
    case="case",
    related=("case", "sender", "receiver", "offence", "drafter", "holder", "decider"),
    title=lambda referral: referral.title,
    prepared_by=lambda referral: referral.drafter if _is_own(referral) else None,
    facts=_transfer_facts,
    texts=lambda referral: [
        (_("Facts, grounds and legal basis of the proposal"), referral.proposal if referral.decider_id else ""),
        (_("Report: facts, evidence, basis, recommendation"), referral.report),
        (_("Internal remark"), referral.internal_remark if _is_own(referral) else ""),
    ],
    missing=_missing,
    about=lambda referral: (parties_of(referral), items_of(referral)),
    office=referrals.OFFICE,
    closed=lambda rows: referrals.OFFICE.without_decider(rows.filter(decider=None)),
    of_deputies=lambda rows: rows.filter(decider__isnull=False, proposed__in=referrals.BY_DEPUTIES),
    drafted_by=("draft_transfer", "convert", "demand_transfer"),
)
