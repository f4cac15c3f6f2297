"""Pinyin of Chinese characters: for the search index, and to find a name by its sound or its initials."""

import re
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

LINES = Path(__file__).with_name("pinyin.txt")
MOST_SPELLINGS = 16  # of one name with characters of several sounds
WORD = re.compile(r"[a-z0-9]+")


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Character → its two most common readings without tone. Loaded on first use."""
    found: dict[str, tuple[str, ...]] = {}
    for syllable, characters in _lines():
        for character in characters:
            found[character] = (*found.get(character, ()), syllable)
    return found


@cache
def syllables() -> frozenset[str]:
    return frozenset(syllable for syllable, _characters in _lines())


def _lines() -> list[tuple[str, str]]:
    lines = LINES.read_text(encoding="utf-8").splitlines()
    split = (line.split(" ") for line in lines if line and not line.startswith("#"))
    return [(syllable, characters) for syllable, characters in split]


@lru_cache(maxsize=20_000)
def spellings(name: str) -> tuple[str, ...]:
    """A name in pinyin and by its initials: 海关 gives haiguan and hg. Other characters are left out."""
    sounds = [readings()[character] for character in name if character in readings()]
    if not sounds:
        return ()
    ways = list(islice(product(*sounds), MOST_SPELLINGS))
    return tuple(dict.fromkeys(["".join(way) for way in ways] + ["".join(one[0] for one in way) for way in ways]))


def matches_name(typed: str, *names: str) -> bool:
    """Whether one of the names contains the typed characters, begins with them in pinyin, or has a word that begins
    with the typed letters. Nothing typed matches all.
    """
    wanted = "".join(typed.lower().split())
    return any(_matches(wanted, name.lower()) for name in names)


def _matches(wanted: str, name: str) -> bool:
    joined = "".join(name.split())
    if not wanted.isascii():
        return wanted in joined
    starts = (joined, *WORD.findall(name), *spellings(name))
    return any(one.startswith(wanted) for one in starts)
