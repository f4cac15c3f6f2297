"""Compares what is to be decided with the notice that was served (APL arts. 44, 62): lighter passes; other facts, other
articles, and an additional, other or heavier sanction need a new notice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.errors import UnmetCondition

from .models import Decision
from .range_texts import format_cny

FIGURES = ("turnover_cny", "gains_cny", "goods_value_cny")
SENTENCE = re.compile(r"[。；;！？!?\n]+|\.\s+|\.$")
CLAUSE = re.compile(r"[，,、；;。\n]+|\.\s+(?!\d)|\.$")


@dataclass(frozen=True)
class Sanction:
    """Kinds of penalty with their sums and duration. A sum stands for its kind."""

    kinds: frozenset[str]
    fine: Decimal | None = None
    gains: Decimal | None = None
    months: int | None = None

    @classmethod
    def of(cls, kinds: Any, fine: Any, gains: Any, months: Any) -> "Sanction":
        sums = {Decision.Penalty.FINE: _decimal(fine), Decision.Penalty.GAINS: _decimal(gains)}
        named = {str(kind) for kind in kinds} | {kind.value for kind, amount in sums.items() if amount}
        lasts = None if months is None else int(months)
        return cls(frozenset(named), sums[Decision.Penalty.FINE], sums[Decision.Penalty.GAINS], lasts)

    @classmethod
    def proposed(cls, line: Decision) -> "Sanction":
        sums = (line.proposed_fine_cny, line.proposed_confiscated_cny)
        return cls.of(line.proposed_penalties, *sums, line.proposed_months)


def on_which_it_rests(line: Decision, given: dict[str, Any]) -> dict[str, Any]:
    """The facts, articles and figures of a notice, as JSON."""
    figures = {name: None if (sum_ := getattr(line, name)) is None else str(sum_) for name in FIGURES}
    texts = {name: given.get(name, getattr(line, name)) for name in ("facts", "basis", "rules")}
    return {**texts, **figures, "serious": line.serious}


def differences(line: Decision, decided: Sanction, given: dict[str, Any]) -> Iterator[UnmetCondition]:
    """What the notice served does not cover."""
    yield from _other_facts(line, given)
    yield from _other_articles(line, given)
    yield from _heavier(line, decided)


def _other_facts(line: Decision, given: dict[str, Any]) -> Iterator[UnmetCondition]:
    for words in _new_parts(SENTENCE, given.get("facts", ""), line.noticed.get("facts", "")):
        yield _unmet("facts", _("the notice does not state this fact: “%(words)s”") % {"words": words})
    for name in FIGURES:
        now, then = getattr(line, name), _decimal(line.noticed.get(name))
        if now is not None and (then is None or now > then):
            sums = {"now": format_cny(now), "then": "–" if then is None else format_cny(then)}
            yield _unmet("figures", _("a figure of the fine is now %(now)s CNY, in the notice %(then)s") % sums)
    if line.serious and not line.noticed.get("serious"):
        yield _unmet("serious", _("the notice does not state serious circumstances"))


def _other_articles(line: Decision, given: dict[str, Any]) -> Iterator[UnmetCondition]:
    for words in _new_parts(CLAUSE, given.get("basis", ""), line.noticed.get("basis", "")):
        yield _unmet("articles", _("the notice does not name this basis: “%(words)s”") % {"words": words})
    rules = set(line.rules) | ({given["basis_rule"]} if given.get("basis_rule") else set())
    if added := sorted(rules - set(line.noticed.get("rules", ()))):
        named = _("the notice does not name these provisions: %(codes)s") % {"codes": ", ".join(added)}
        yield _unmet("articles", named)


def _heavier(line: Decision, decided: Sanction) -> Iterator[UnmetCondition]:
    noticed = Sanction.proposed(line)
    words = {str(kind): str(label) for kind, label in Decision.Penalty.choices}
    if added := sorted(decided.kinds - noticed.kinds):
        named = ", ".join(words.get(kind, kind) for kind in added)
        yield _unmet("kinds", _("the notice does not propose: %(kinds)s") % {"kinds": named})
    for code, now, then in (("fine", decided.fine, noticed.fine), ("gains", decided.gains, noticed.gains)):
        if now and then is not None and now > then:
            sums = {"kind": words[code], "now": format_cny(now), "then": format_cny(then)}
            yield _unmet(code, _("%(kind)s: %(now)s CNY, in the notice %(then)s") % sums)
    if decided.kinds & Decision.TIMED and noticed.months is not None and (decided.months or 9999) > noticed.months:
        lasts = {"now": decided.months or _("without limit"), "then": noticed.months}
        yield _unmet("months", _("duration in months: %(now)s, in the notice %(then)s") % lasts)


def _unmet(code: str, what: str) -> UnmetCondition:
    detail = _("Other than notified: %(what)s. Return the matter, issue a new notice and serve it (APL arts. 44, 62).")
    return UnmetCondition(f"notice:{code}", detail % {"what": what})


def _new_parts(pattern: re.Pattern[str], now: str, then: str) -> list[str]:
    """Parts of a text that an earlier one does not contain. Facts and articles may fall away."""
    known = {_plain(part) for part in pattern.split(then)}
    return [part.strip() for part in pattern.split(now) if _plain(part) and _plain(part) not in known]


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
