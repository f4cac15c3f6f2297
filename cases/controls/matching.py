"""Which goods of the list a description, a control code or an HS code may mean.

A control code or a name decides; an HS code is an indication only, because one code often covers controlled and other
goods. It counts only where neither a code nor a name was found.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .rulebook import ListedGoods, Parameter, Rulebook, plain

CERTAIN, POSSIBLE, CONTRADICTED = "certain", "possible", "contradicted"
BEFORE_DENIAL = re.compile(r"(不含有?|未含有?|[无非]|(^|\W)(free of|without|no|not)\s|(^|\s)0(\.0+)?%)\s?$")
AFTER_DENIAL = re.compile(r"\s(free|less)\b")
ASCII = re.compile(r"[a-z0-9]")
TOKEN = re.compile(r"[A-Za-z0-9]+")
# Words beside the name of an element that name no other goods: quantities, units, purity and shape.
BESIDES = re.compile(
    r"\d+n\d*\b|[\d.%]+|\b(kgs?|g|t|mt|tons?|tonnes?|x|of|pure|purity|high|grade|metal|metallic|bulk)\b"
    r"|公斤|千克|吨|克|高纯|纯度|金属|纯|[瓶件批箱桶袋]|\s"
)
SHORTEST_HS = 6
NEAR = 16  # characters before a name in which it may be denied


@dataclass(frozen=True)
class GoodsMatch:
    """Goods that the facts may mean. `missing` are the facts that would decide, `unnamed` those of them that no limit
    asks for; `unknown_limit` if a limit is not known here.
    """

    goods: ListedGoods
    why: str  # "control_code" | "hs_code" | "words"
    level: str  # CERTAIN | POSSIBLE | CONTRADICTED
    missing: tuple[str, ...]
    unknown_limit: bool
    unnamed: tuple[str, ...] = ()


def find(
    book: Rulebook,
    *,
    description: str = "",
    control_code: str = "",
    hs_code: str = "",
    nature: str = "",
    given: dict[str, Decimal],
) -> list[GoodsMatch]:
    """Goods that may be meant, certain ones first; `contradicted` if a parameter that was given excludes them."""
    words = f" {plain(description)} "
    found = dict(_by_code(book, control_code)) if control_code.strip() else {}
    for item_id, kind in _by_words(book, description, words):
        best = found.get(item_id)
        if best is None or STRENGTH[kind] > STRENGTH[best]:
            found[item_id] = kind
    if not found and hs_code:
        found = dict.fromkeys(_by_hs(book, hs_code), "hs")
    matches = (_match(book.goods[item_id], kind, given, words, nature) for item_id, kind in found.items())
    return sorted(matches, key=lambda one: (LEVELS.index(one.level), one.goods.item_id))


LEVELS = (CERTAIN, POSSIBLE, CONTRADICTED)
STRENGTH = {"hs": 0, "hint": 1, "name": 2, "states": 3, "code": 4}


def _match(goods: ListedGoods, kind: str, given: dict[str, Decimal], words: str, nature: str) -> GoodsMatch:
    presumed = kind in ("code", "states")
    verdicts = [_option(option, given, words, presumed=presumed) for option in goods.options]
    open_ones = [missing for missing, contradicted, _unknown in verdicts if not contradicted]
    why = {"code": "control_code", "hs": "hs_code"}.get(kind, "words")
    unnamed = ["nature"] if nature and goods.nature and nature != goods.nature else []
    if kind in ("hs", "hint"):
        unnamed.append("description")
    if verdicts and not open_ones:
        return GoodsMatch(goods, why, CONTRADICTED, (), unknown_limit=False, unnamed=tuple(unnamed))
    is_met = not verdicts or any(not missing for missing in open_ones)
    missing = [] if is_met else sorted({name for some in open_ones for name in some})
    missing = [*(name for name in unnamed if name == "nature" or kind == "hs" or not verdicts), *missing]
    return GoodsMatch(
        goods=goods,
        why=why,
        level=POSSIBLE if missing else CERTAIN,
        missing=tuple(missing),
        unknown_limit=not is_met and any(unknown for _missing, _no, unknown in verdicts),
        unnamed=tuple(unnamed),
    )


def _option(
    option: tuple[Parameter, ...], given: dict[str, Decimal], words: str, *, presumed: bool
) -> tuple[list[str], bool, bool]:
    """(parameters not known, whether one is contradicted, whether a limit is not known here)."""
    missing, contradicted, unknown = [], False, False
    for one in option:
        if one.name in given and one.value is not None:
            contradicted = contradicted or not holds(given[one.name], one.operator, one.value)
        elif presumed or any(_states(word, words) for word in one.stated_by):
            continue
        else:
            missing.append(one.name)
            unknown = unknown or one.value is None
    return missing, contradicted, unknown


def holds(figure: Decimal, operator: str, limit: Decimal) -> bool:
    """Whether a figure meets a limit."""
    if operator == "=":
        return figure == limit
    if operator.startswith(">"):
        return figure > limit or (operator == ">=" and figure == limit)
    return figure < limit or (operator == "<=" and figure == limit)


def _states(word: str, words: str) -> bool:
    """Whether the description says the word, and does not deny it."""
    at = words.find(f" {word} " if word.isascii() else word)
    before = at + word.isascii()
    return at >= 0 and not BEFORE_DENIAL.search(words[max(before - NEAR, 0) : before])


def _by_code(book: Rulebook, control_code: str) -> Iterator[tuple[str, str]]:
    """1C905.a.4 belongs to 1C905.a, and 1C905.a to 1C905."""
    asked = control_code.strip().casefold()
    for goods in book.goods.values():
        if any(_within(asked, code.casefold()) or _within(code.casefold(), asked) for code in goods.codes):
            yield goods.item_id, "code"


def _within(code: str, group: str) -> bool:
    return code == group or code.startswith(f"{group}.")


def plain_hs(code: str) -> str:
    """An HS code without dots and spaces; "" if it has fewer than six digits."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", code))
    return digits if len(digits) >= SHORTEST_HS else ""


def _by_hs(book: Rulebook, code: str) -> set[str]:
    """Goods whose HS code is the one asked for, a heading of it, or a part of it."""
    asked = plain_hs(code)
    if not asked:
        return set()
    headings = (asked[:length] for length in range(SHORTEST_HS, len(asked) + 1))
    above = {item for heading in headings for item in book.by_hs.get(heading, ())}
    return above | {item for code in book.by_hs if code.startswith(asked) for item in book.by_hs[code]}


def _by_words(book: Rulebook, description: str, words: str) -> Iterator[tuple[str, str]]:
    """(item, "name" | "states" | "hint"). The longest name at a place counts: 氧化锑 is more specific than 锑."""
    spans = [span for span in _spans(book, words) if not _is_denied(words, span[0], span[1])]
    for begins, ends, kind, items in spans:
        if kind == "element":
            is_alone = len(spans) == 1 and not BESIDES.sub("", words[:begins] + words[ends:])
            kind = "name" if is_alone else "hint"
        yield from ((item_id, kind) for item_id in items)
    raw = unicodedata.normalize("NFKC", description)
    for token in dict.fromkeys(TOKEN.findall(raw)):
        for text, kind, item_id in book.forms.get(token, ()):
            if kind == "formula" or not BESIDES.sub("", plain(raw.replace(text, " ", 1))):
                yield item_id, "name"


def _is_denied(words: str, begins: int, ends: int) -> bool:
    """Only the words beside the name are read, so that a long text takes no longer at each name."""
    return bool(BEFORE_DENIAL.search(words[max(begins - NEAR, 0) : begins]) or AFTER_DENIAL.match(words, ends))


def _spans(book: Rulebook, words: str) -> Iterator[tuple[int, int, str, list[str]]]:
    """Names in the text that do not overlap, from the left. An English name begins and ends with a word; a plural
    ending is part of it."""
    at = 0
    while at < len(words):
        hit = next((one for one in book.words.get(words[at], ()) if _ends(words, at, one[0])), None)
        if hit is None:
            at += 1
            continue
        text, kind, _item = hit
        ends = _ends(words, at, text)
        yield at, ends, kind, [item for other, _kind, item in book.words[words[at]] if other == text]
        at = ends


def _ends(words: str, at: int, text: str) -> int:
    """Returns where a name that begins at this place ends, else 0."""
    if not words.startswith(text, at):
        return 0
    end = at + len(text)
    if not ASCII.match(text[0]):
        return end
    if ASCII.match(words[at - 1]):
        return 0
    for ending in ("", "s", "es"):
        if words.startswith(ending, end) and not ASCII.match(words[end + len(ending)]):
            return end + len(ending)
    return 0
