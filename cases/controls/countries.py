"""Names of countries and regions by alpha-3 code, from `data/countries.csv`, read once per process.

People enter a country by code or by name in either language; `data/country_aliases.csv` adds unofficial names.
`country_code` and `read_route` return codes.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from django.utils.translation import gettext_lazy as _

from agencies.kernel.bilingual import pick
from agencies.kernel.named_fields import Offer, plain
from agencies.kernel.reference import read_csv

from .rulebook import DATA

COUNTRY_HELP = _("By code or name, such as VNM, Vietnam or 越南.")
ROUTE_HELP = _("Countries in order, by code or name, such as CHN VNM USA or 中国、越南、美国.")
STOPS = re.compile(r"[,，;；、→⇒>\n\r]+|\s[-–—]+\s")
"""Separators of the stops of a route. A space separates too, unless it is within a name."""


def country_name(code: str) -> str:
    """The name in the reader's language; an unknown code unchanged."""
    return pick(*_names().get(code, (code, code)))


@lru_cache(maxsize=1_000)
def country_words(code: str) -> str:
    """All by which a country is found: its names in both languages and its codes."""
    short = {alpha3: alpha2 for alpha2, alpha3 in _codes().items() if alpha2 != alpha3}
    return " ".join((*_names().get(code, ()), code, *((short[code],) if code in short else ())))


def route_words(route: Iterable[str]) -> str:
    """The stops of a route in order, each by `country_words`."""
    return " → ".join(country_words(code) for code in route)


def country_offers() -> tuple[Offer, ...]:
    """All countries with their names, in the reader's language."""
    return _offers(pick("zh", "en"))


@cache
def _offers(language: str) -> tuple[Offer, ...]:
    shown = ("zh", "en").index(language)
    short = {alpha3: alpha2 for alpha2, alpha3 in _codes().items() if alpha2 != alpha3}
    others = {code: tuple(name for name, alpha3 in _aliases() if alpha3 == code) for code in _names()}
    return tuple(Offer(code, names[shown], (*names, short[code], *others[code])) for code, names in _names().items())


def country_code(text: str) -> str:
    """The alpha-3 code of a country given by code (two or three letters) or name; "" if unknown."""
    return _codes().get(_capitals(text)) or _by_name().get(plain(text), "")


def read_route(text: str) -> list[str]:
    """The stops of a route in order, as alpha-3 codes; a word that names no country is returned as typed.

    Lower-case codes count only if all words are codes, because "and", "per" and "to" are codes as well.
    """
    words = re.split(rf"{STOPS.pattern}|[\s-]+", text)
    any_case = all(_capitals(word) in _codes() for word in words if word)
    return [stop for piece in STOPS.split(text) for stop in _stops_of(piece, any_case=any_case)]


def _stops_of(piece: str, *, any_case: bool) -> list[str]:
    """The longest name wins: "Guinea-Bissau" is one stop, "Guinea Vietnam" are two."""
    words, stops = [word for word in re.split(r"[\s-]+", piece) if word], list[str]()
    while words:
        lengths = range(min(len(words), _most_words()), 0, -1)
        found = ((n, _one_stop(" ".join(words[:n]), any_case=any_case)) for n in lengths)
        taken, code = next(((n, code) for n, code in found if code), (1, words[0]))
        stops.append(code)
        words = words[taken:]
    return stops


def _one_stop(words: str, *, any_case: bool) -> str:
    code = _codes().get(_capitals(words), "")
    if code and (any_case or words.isupper()):
        return code
    return _by_name().get(plain(words), "")


@cache
def _names() -> dict[str, tuple[str, str]]:
    return {row["alpha3"]: (row["name_zh"], row["name_en"]) for row in read_csv(DATA / "countries.csv")}


@cache
def _codes() -> dict[str, str]:
    """Codes of two and three letters → alpha-3."""
    rows = list(read_csv(DATA / "countries.csv"))
    return {row["alpha2"]: row["alpha3"] for row in rows} | {row["alpha3"]: row["alpha3"] for row in rows}


@cache
def _by_name() -> dict[str, str]:
    """Names, normalized without case, accents and punctuation → alpha-3."""
    official = ((name, code) for code, names in _names().items() for name in names)
    return {plain(name): code for name, code in (*official, *_aliases())}


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    """Unofficial names and the alpha-3 codes that they mean."""
    return tuple((row["name"], row["alpha3"]) for row in read_csv(DATA / "country_aliases.csv"))


@cache
def _most_words() -> int:
    return max(len(name.split()) for name in _by_name())


def _capitals(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()
