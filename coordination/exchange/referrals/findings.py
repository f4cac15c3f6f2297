"""What a package says besides the facts: the control law on its goods, and the opinions that go with it."""

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from agencies.journal.transitions import to_json_value
from cases.casefile.conduct import ConductSpan
from cases.casefile.facts import ItemFacts
from cases.casefile.facts import items_of as items_with_verdicts
from cases.controls.store import current
from cases.controls.verdicts import decisive

from .chosen import items_of, opinions_of
from .models import Referral


def goods_with_verdicts(referral: Referral) -> list[ItemFacts]:
    """The chosen goods, with what the control law says of each on the days of its conduct."""
    chosen = set(items_of(referral).values_list("pk", flat=True))
    return [one for one in items_with_verdicts(referral.case) if one.item.pk in chosen]


def law_on_goods(referral: Referral) -> dict[str, Any]:
    """The verdicts on the chosen goods, with the version of the rules that said so; nothing without goods.

    Codes as in `cases.controls`; citations as official papers write them. Days are ISO days, None if the day of the
    conduct is unknown and the rules of the day of freezing were asked.
    """
    found = [row for one in goods_with_verdicts(referral) for span in one.spans for row in _verdicts(one, span)]
    return {"control": {"rules": current().version, "verdicts": found}} if found else {}


def _verdicts(one: ItemFacts, span: ConductSpan) -> Iterator[dict[str, Any]]:
    days = [to_json_value(span.first), to_json_value(span.last)] if span.is_known else [None, None]
    for found in span.verdicts:
        with translation.override("zh-hans"):
            cited = [rule.rule.cited for rule in decisive(found.verdict)]
        yield {
            "item": one.item.description or one.item.declared_as,
            "from": days[0],
            "until": days[1],
            "destination": found.code,
            "reading": found.reading,
            "verdict": found.verdict.verdict,
            "verify": found.verdict.verify,
            "cited": list(dict.fromkeys(cited)),
        }


def opinions_with(referral: Referral) -> dict[str, Any]:
    """The chosen opinions as they were given: who, on what, when, and whether facts have changed since."""
    rows = [
        {
            "id": str(one.pk),
            "question": one.round.title,
            "agency": one.agency.code,
            "agency_name": one.agency.name_zh,
            "stance": one.stance,
            "conditions": one.conditions,
            "reasons": one.reasons,
            "given_at": to_json_value(one.given_at),
            "on_earlier_facts": one.state == one.State.OUTDATED,
        }
        for one in opinions_of(referral)
    ]
    return {"opinions": rows} if rows else {}
