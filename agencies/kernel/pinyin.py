"""Pinyin of Chinese characters: for the search index, and to find a name by its sound or its initials."""

import re
from functools import cache, lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

IDEOGRAPHS = range(0x4E00, 0xA000)
MOST_SPELLINGS = 16  # of one name with characters of several sounds
WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=len(IDEOGRAPHS))
def readings(character: str) -> tuple[str, ...]:
    """The two most common readings of a Chinese character, without tone, ü as v. Other characters have none."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(sound for sounds in found for sound in sounds if sound.isascii())[:2]


@cache
def syllables() -> frozenset[str]:
    return frozenset(syllable for number in IDEOGRAPHS for syllable in readings(chr(number)))


@lru_cache(maxsize=20_000)
def spellings(name: str) -> tuple[str, ...]:
    """A name in pinyin and by its initials: 海关 gives haiguan and hg. Other characters are left out."""
    sounds = [sounds for character in name if (sounds := readings(character))]
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
