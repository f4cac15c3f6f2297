"""The folder of a referral that its agency prepares: what goes and what stays, and the way to each missing part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.resource import resource_of
from agencies.kernel.texts import Text
from cases.casefile.facts import ItemFacts
from cases.casefile.threshold import ThresholdSums, compare_with_threshold
from coordination.exchange.opinions.models import Opinion

from .access import sight
from .chosen import acts_of, items_of, opinions_of, parties_of, sendable_files, sendable_opinions
from .completeness import PAPERS, TransferPart, enclosed_scans, parts_of
from .findings import goods_with_verdicts
from .models import Referral, Sight
from .packages import files_to_go, frozen_rows
from .workflow import workflow_of

S = Referral.State
PREPARED = (*Referral.DRAFTS, S.HEAD_DECISION, S.RETURNED)  # what goes is not frozen yet, or is sent anew
FIELDS = {"evidence": "files"}  # of the draft, where it is not called like the part
# What is added to the case, if there is nothing to choose from.
SOURCES = {"parties": "add_party", "acts": "add_act", "evidence": "attach_file"}


@dataclass(frozen=True)
class ChosenCount:
    """How many things of one sort go with the referral, and how many of the case stay."""

    label: Text
    goes: int
    stays: int


@dataclass(frozen=True)
class CheckedPart:
    """A part of the transfer; `url` is where it is supplied, empty if it is there or this reader cannot."""

    part: TransferPart
    url: str = ""


def is_prepared(referral: Referral, actor: Actor) -> bool:
    return referral.state in PREPARED and sight(referral, actor) == Sight.FULL and referral.kind not in Referral.LETTERS


def counts_of(referral: Referral, actor: Actor) -> list[ChosenCount]:
    case, files = referral.case, files_to_go(referral)
    handed = [row["id"] for row in frozen_rows(referral.packages.all(), "files")] if referral.in_volumes else []
    chosen: Sequence[tuple[Text, Any, Any]] = (
        (_("Parties"), parties_of(referral), case.parties.all()),
        (_("Unlawful acts"), acts_of(referral), case.acts.all()),
        (_("Goods"), items_of(referral), case.items.all()),
        (_("Opinions on the case"), opinions_of(referral), sendable_opinions(referral, actor)),
        (_("Evidence files"), files, sendable_files(referral, actor).exclude(pk__in=handed)),
    )
    return [
        ChosenCount(label, goes.count(), everything.exclude(pk__in=goes.values("pk")).count())
        for label, goes, everything in chosen
    ]


@dataclass(frozen=True)
class GoodsThatGo:
    """The chosen goods with what the control law says of them, and their sums against the criminal threshold."""

    items: list[ItemFacts]
    line: ThresholdSums


def goods_of(referral: Referral) -> GoodsThatGo:
    items = goods_with_verdicts(referral)
    return GoodsThatGo(items, compare_with_threshold([one.item for one in items]))


@dataclass(frozen=True)
class OpinionOnCase:
    """An opinion that the reader sees; `goes` with the referral, or stays."""

    opinion: Opinion
    goes: bool


def opinions_on(referral: Referral, actor: Actor) -> list[OpinionOnCase]:
    """Opinions that agencies have given on the case, as far as the reader sees them."""
    chosen = set(opinions_of(referral).values_list("pk", flat=True))
    given = Opinion.objects.visible_to(actor).filter(round__case=referral.case_id, state__in=Opinion.SAID)
    ordered = given.select_related("agency", "round").order_by("given_at", "pk")
    return [OpinionOnCase(one, one.pk in chosen) for one in ordered]


def missing_or_met(referral: Referral, actor: Actor) -> list[CheckedPart]:
    """Every part of the transfer, with the way to each that is missing."""
    return [CheckedPart(part, "" if part.met else _way_to(part, referral, actor)) for part in parts_of(referral)]


def _way_to(part: TransferPart, referral: Referral, actor: Actor) -> str:
    key = part.key
    if key in PAPERS:
        return address("paper", part.paper.pk) if part.paper else "#papers"
    if key == "qualification":
        lacking = next(one for one in enclosed_scans(referral) if one.lacks_qualification)
        return address("incoming", lacking.pk)
    return way_to_source(key, referral, actor) or way_to_field(FIELDS.get(key, key), referral, actor)


def way_to_source(key: str, referral: Referral, actor: Actor) -> str:
    """The action of the case that adds such a thing, if the case has none that could be chosen."""
    if key not in SOURCES:
        return ""
    found = sendable_files(referral, actor) if key == "evidence" else getattr(referral.case, key).all()
    is_open = SOURCES[key] in resource_of(referral.case).workflow_of(referral.case).open_to(actor, referral.case)
    return address("verb", "cases", referral.case_id, SOURCES[key]) if is_open and not found.exists() else ""


def way_to_field(name: str, referral: Referral, actor: Actor) -> str:
    """The field of the draft, if the reader may edit it now."""
    workflow = workflow_of(referral)
    if "edit" not in workflow.open_to(actor, referral):
        return ""
    named = {field.name for field in workflow.transitions["edit"].fields}
    return f"{address('verb', 'referrals', referral.pk, 'edit')}#id_{name}" if name in named else ""
