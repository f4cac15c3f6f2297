"""Names of companies, bodies and ships: their folded form, and how two names agree. Pure functions without a database.

A name is folded once (`fold`): script, width, case, accents and punctuation no longer count. An index (`NameIndex`)
answers which of many names agree with one, by what, and how surely. It never says that two bodies are the same.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from opencc import OpenCC
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from agencies.kernel.pinyin import readings
from agencies.kernel.texts import LOOKALIKES, latin_lookalike

from .name_words import (
    COMMON,
    CYRILLIC,
    FORMS,
    FORMS_AROUND_HAN,
    FORMS_IN_WORDS,
    LINKS,
    ORDINALS,
    PLACES,
    PLACES_HAN,
    READINGS,
    SOUNDS,
    SPELLINGS,
    TITLES_OF_SHIPS,
)

SHORTEST = 4
"""Letters of a name, or signs of a Chinese one, that another name may contain."""
SHORTEST_ACRONYM = 4
MOST_BETWEEN = 3  # signs of a Chinese name between two signs of its short one
SHORTEST_READING = 4  # signs of a Chinese name whose reading alone is more than a possibility
LEAST_PART = 0.5  # of a listed name that a shorter one has to cover
ALIKE = 85  # per cent of equal letters below which two names are not compared word by word
MOST_ERRORS = 2  # typing errors in one name
SHORTEST_MISTYPED, LONG_WORD = 5, 10  # letters of a word with one error, and with two
SHORTEST_SIGN_LEFT_OUT, SHORTEST_SIGN_CHANGED = 6, 10  # signs of a Chinese name
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ANY_HAN = re.compile(f"[{HAN}]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.)+[^\W\d_]\b\.?|\b(?:[^\W\d_]\. ?){2,}")
_APART = re.compile(r"[^\w]+|_+")
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}])\\s+(?=[{HAN}])")
_ORDINAL_HAN = re.compile("第?([〇零一二三四五六七八九十百]+)(?=研究所|研究院|设计院|设计所|所|厂|院|局|研究室)")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_NUMBERED = re.compile(r"\bno (?=\d)")
_DIGITS = re.compile(r"\d+")
_FROM_JAPANESE, _TO_SIMPLIFIED = OpenCC("jp2t"), OpenCC("t2s")
_CYRILLIC_LOOKALIKES = {latin: letter for letter, latin in LOOKALIKES.items() if "\u0430" <= letter <= "\u044f"}
_NUMERALS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}


class Grade(StrEnum):
    """How surely two names mean the same body. A person decides except by the law itself."""

    EXACT = "exact"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Way(StrEnum):
    """By what two names, or the two sides, agree."""

    NUMBER = "number"
    NAME = "name"
    FORM = "form"
    BRACKETS = "brackets"
    WORDS = "words"
    READING = "reading"
    SPACING = "spacing"
    SOUND = "sound"
    ALIKE = "alike"
    WITHIN = "within"
    ACRONYM = "acronym"
    SHORT = "short"
    ADDRESS = "address"


class Agreement(NamedTuple):
    """How two names agree; `likeness` in per cent of equal letters."""

    grade: Grade
    way: Way
    likeness: int = 100


RANK = {grade: place for place, grade in enumerate(Grade)}
_WAYS = {way: place for place, way in enumerate(Way)}


def strength(found: Agreement) -> tuple[int, int, int]:
    """Sorts agreements, the strongest first."""
    return RANK[found.grade], -found.likeness, _WAYS[found.way]


@dataclass(frozen=True, slots=True)
class FoldedName:
    """A name in the forms in which it is compared.

    `text` is without script variants, width, case, accents and punctuation; `core` is without legal form and bracketed
    additions (`added`), `formed` with them. `words` are those of the core in their usual spelling, sorted, `sound` the
    same by their sound. `letters` are the core without spaces, in pinyin for Chinese. `places` and `numbers`
    distinguish bodies of the same kind.
    """

    name: str
    text: str
    formed: str
    core: str
    added: str
    words: tuple[str, ...]
    sound: str
    letters: frozenset[str]
    acronyms: frozenset[str]
    places: frozenset[str]
    numbers: frozenset[str]

    @property
    def is_han(self) -> bool:
        return bool(_ANY_HAN.search(self.core))

    @property
    def joined(self) -> str:
        return " ".join(self.words)


# Folding -------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=20_000)
def fold(name: str) -> FoldedName:
    """The forms of a name. A name of punctuation alone has empty forms, which agree with nothing."""
    plain = _plain(name)
    text = _words_of(plain)
    formed = _without_form(text)
    core = _without_form(_words_of(_BRACKETED.sub(" ", plain))) or formed
    words = tuple(sorted(_spelt(word) for word in core.split() if word not in LINKS)) or tuple(core.split())
    return FoldedName(
        name=name,
        text=text,
        formed=formed,
        core=core,
        added=_words_of(" ".join(_BRACKETED.findall(plain))),
        words=words,
        sound=_sound(words),
        letters=_letters(core),
        acronyms=_acronyms(core) | _acronyms(text),
        places=_places(text),
        numbers=frozenset(_DIGITS.findall(text)),
    )


def fold_address(address: str) -> str:
    """An address without spaces, punctuation, width, case and script variants; "" if it is too short to identify."""
    folded = _words_of(_plain(address)).replace(" ", "")
    return folded if len(folded) >= 8 else ""


def _plain(name: str) -> str:
    """Width, case, script and accents."""
    wide = unicodedata.normalize("NFKC", name).casefold()
    if not wide.isascii():
        wide = _latin("".join(map(_simplified, _TO_SIMPLIFIED.convert(wide))))
    return _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", wide)


@lru_cache(maxsize=30_000)
def _simplified(sign: str) -> str:
    """The simplified form of a Japanese sign; the signs of GB 2312 are simplified already."""
    if sign < "\u3400":
        return sign
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return str(_TO_SIMPLIFIED.convert(_FROM_JAPANESE.convert(sign)))
    return sign


def _latin(text: str) -> str:
    """Cyrillic by its usual transliteration, look-alike letters within Latin words by what they look like, and Latin
    letters without accents."""
    words = re.split(r"(\W+)", text)
    is_cyrillic = any(_is_cyrillic(word) and any(letter not in LOOKALIKES for letter in word) for word in words)
    latin = "".join(_one_script(word, is_cyrillic) for word in words)
    letters = unicodedata.normalize("NFKD", latin)
    return unicodedata.normalize("NFC", "".join(one for one in letters if not unicodedata.combining(one)))


def _is_cyrillic(word: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in word)


def _one_script(word: str, is_cyrillic: bool) -> str:
    if word.isascii():
        return word
    if any("\u0400" <= letter <= "\u04ff" and letter not in LOOKALIKES for letter in word):
        word = "".join(_CYRILLIC_LOOKALIKES.get(letter, letter) for letter in word)
    elif not is_cyrillic or any("a" <= letter <= "z" for letter in word):
        return "".join(map(latin_lookalike, word))
    return "".join(CYRILLIC.get(letter, letter) for letter in word)


def _words_of(text: str) -> str:
    words = " ".join(_APART.sub(" ", text.replace("&", " and ").replace("'", "").replace("’", "")).split())
    if words.isascii():
        words = _NUMBERED.sub("", _ORDINAL.sub(r"\1", words))
        return " ".join(ORDINALS.get(word, word) for word in words.split())
    return _ORDINAL_HAN.sub(lambda found: str(_number(found[1])), _BETWEEN_HAN.sub("", words)).replace("第", "")


def _number(numerals: str) -> int:
    """五十四 → 54, 一二〇 → 120."""
    if not set(numerals) & {"十", "百"}:
        return int("".join(str(_NUMERALS[sign]) for sign in numerals))
    total, last = 0, 0
    for sign in numerals:
        if sign in ("十", "百"):
            total += (last or 1) * (10 if sign == "十" else 100)
            last = 0
        else:
            last = _NUMERALS[sign]
    return total + last


def _without_form(text: str) -> str:
    """Without legal forms at both ends, as long as something remains."""
    found = text
    while True:
        shorter = _shorter(found)
        if not shorter or shorter == found:
            return found
        found = shorter


def _shorter(text: str) -> str:
    for form in FORMS_AROUND_HAN:
        text = (text.removesuffix(form).rstrip() or text) if text.endswith(form) else text
        text = (text.removeprefix(form).lstrip() or text) if text.startswith(form) else text
    for form in FORMS_IN_WORDS:
        text = text.removeprefix(f"{form} ").removesuffix(f" {form}")
    words = text.split()
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    while len(words) > 1 and (words[0] in FORMS or words[0] in TITLES_OF_SHIPS):
        words.pop(0)
    return " ".join(words)


def _spelt(word: str) -> str:
    """The usual spelling of a word, in the singular."""
    spelt = SPELLINGS.get(word, word)
    if spelt.endswith("ies") and len(spelt) > 4:
        spelt = f"{spelt[:-3]}y"
    elif spelt.endswith("s") and not spelt.endswith("ss") and len(spelt) > 3:
        spelt = spelt[:-1]
    return SPELLINGS.get(spelt, spelt)


def _sound(words: Iterable[str]) -> str:
    """Latin words with one spelling for what transliterations write differently."""
    return " ".join(sorted(_heard(word) for word in words))


@lru_cache(maxsize=50_000)
def _heard(word: str) -> str:
    if not word.isascii() or len(word) < SHORTEST_MISTYPED:
        return word
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    return re.sub(r"(.)\1", r"\1", word)


def _letters(core: str) -> frozenset[str]:
    """The core without spaces; its Chinese signs by their usual readings, or with another one for one of them."""
    joined = core.replace(" ", "")
    if not _ANY_HAN.search(joined):
        read = "".join(READINGS.get(word, word) for word in core.split())
        return frozenset({joined, read} - {""})
    sounds = [readings(sign) or (sign,) for sign in joined]
    usual = [sound[0] for sound in sounds]
    others = ([*usual[:n], sound[1], *usual[n + 1 :]] for n, sound in enumerate(sounds) if len(sound) > 1)
    return frozenset("".join(way).replace("v", "u") for way in (usual, *others))


def _acronyms(text: str) -> frozenset[str]:
    """The initials of Latin words. Those of pinyin or of Chinese signs are no names."""
    words = [word for word in text.split() if word not in LINKS]
    return frozenset({"".join(word[0] for word in words)} if text.isascii() and len(words) >= SHORTEST_ACRONYM else ())


@lru_cache(maxsize=50_000)
def _places(text: str) -> frozenset[str]:
    found = {place for word in text.split() if (place := PLACES.get(word))}
    if not text.isascii():
        found |= {name for sign, name in PLACES_HAN.items() if sign in text}
    return frozenset(found)


# Comparing -----------------------------------------------------------------------------------------------------------
def agreement(one: FoldedName, other: FoldedName) -> Agreement | None:
    """How two names agree, by the strongest way; None if they do not. The order of the two does not matter, except
    that a listed name (`other`) may be a small part of the first."""
    found = [*_same(one, other), *_partly(one, other)]
    return min(found, key=strength, default=None)


def _same(one: FoldedName, other: FoldedName) -> Iterator[Agreement]:
    if not one.text or not other.text:
        return
    if one.text == other.text:
        yield Agreement(Grade.EXACT, Way.NAME)
    if not _may_be_one(one, other):
        return
    if one.formed == other.formed:
        yield Agreement(Grade.PROBABLE, Way.FORM)
    grade = Grade.PROBABLE if one.added == other.added else Grade.POSSIBLE
    if one.core == other.core:
        yield Agreement(grade, Way.FORM if one.added == other.added else Way.BRACKETS)
    if one.words == other.words:
        yield Agreement(grade, Way.WORDS)
    if one.letters & other.letters:
        yield _by_letters(one, other, grade)
    if one.sound == other.sound:
        yield Agreement(grade, Way.SOUND)
    if one.core in other.acronyms or other.core in one.acronyms:
        yield Agreement(Grade.POSSIBLE, Way.ACRONYM)
    if _is_short_of(one.core, other.core) or _is_short_of(other.core, one.core):
        yield Agreement(Grade.POSSIBLE, Way.SHORT)


def _by_letters(one: FoldedName, other: FoldedName, grade: Grade) -> Agreement:
    if not (one.is_han or other.is_han):
        return Agreement(grade, Way.SPACING)
    signs = min(len(side.core) for side in (one, other) if side.is_han)
    return Agreement(grade if signs >= SHORTEST_READING else Grade.POSSIBLE, Way.READING)


def _may_be_one(one: FoldedName, other: FoldedName) -> bool:
    """Whether numbers and places do not distinguish the two: a 29th institute is no 54th, and Nanjing no Beijing."""
    if one.numbers != other.numbers:
        return False
    return not one.places or not other.places or bool(one.places & other.places)


def _partly(one: FoldedName, other: FoldedName) -> Iterator[Agreement]:
    if not one.core or not other.core:
        return
    if other.numbers <= one.numbers and _is_part(other, one):
        yield Agreement(Grade.POSSIBLE, Way.WITHIN, _share(other, one))
    elif one.numbers <= other.numbers and (
        _is_first_word(one.core, other.core) or (_share(one, other) >= 100 * LEAST_PART and _is_part(one, other))
    ):
        yield Agreement(Grade.POSSIBLE, Way.WITHIN, _share(one, other))
    if not _may_be_one(one, other) or one.places != other.places:
        return
    errors = _errors(one, other) if fuzz.ratio(one.joined, other.joined) >= ALIKE else None
    if errors is not None:
        is_sure = errors == 1 and not one.is_han and one.added == other.added
        grade = Grade.PROBABLE if is_sure else Grade.POSSIBLE
        yield Agreement(grade, Way.ALIKE, int(fuzz.ratio(one.core, other.core)))


def _share(part: FoldedName, whole: FoldedName) -> int:
    return 100 * len(part.core) // max(len(whole.core), 1)


def _is_part(part: FoldedName, whole: FoldedName) -> bool:
    """Whether one core is within the other, in whole words, and names more than a place."""
    if len(part.core) < SHORTEST or len(part.core) >= len(whole.core):
        return False
    if all(word in PLACES or word in LINKS for word in part.core.split()) or part.core in PLACES_HAN:
        return False
    return part.core in whole.core if part.is_han else f" {part.core} " in f" {whole.core} "


def _is_first_word(part: str, whole: str) -> bool:
    """Whether a name is only the first word of another, and a word with which few names begin."""
    if not part.isascii() or len(part) < SHORTEST_MISTYPED or not whole.startswith(f"{part} "):
        return False
    return part not in COMMON and part not in PLACES and part not in SPELLINGS and part not in SPELLINGS.values()


def _is_short_of(short: str, name: str) -> bool:
    """Whether a Chinese name is the usual short one of another: a sign of each word, as in 哈工大."""
    if short.isascii() or not 3 <= len(short) <= 4 or len(name) < 2 * len(short) - 1:
        return False
    return _short_pattern(short).fullmatch(name) is not None


@lru_cache(maxsize=5_000)
def _short_pattern(short: str) -> re.Pattern[str]:
    return re.compile(f".{{1,{MOST_BETWEEN}}}".join(map(re.escape, short)) + f".{{0,{MOST_BETWEEN - 1}}}")


def _errors(one: FoldedName, other: FoldedName) -> int | None:
    """The number of typing errors that make one name of the other; None if it is more than that."""
    if one.is_han or other.is_han:
        return _errors_han(one.core, other.core) if one.is_han and other.is_han else None
    left, right = Counter(one.words), Counter(other.words)
    mine, theirs = sorted((left - right).elements()), sorted((right - left).elements())
    if len(mine) != len(theirs) or not 0 < len(mine) <= MOST_ERRORS:
        return None
    counts = [_errors_in(mine, theirs), _errors_in(mine, theirs[::-1])]
    return min((count for count in counts if count is not None and count <= MOST_ERRORS), default=None)


def _errors_in(mine: Iterable[str], theirs: Iterable[str]) -> int | None:
    errors = [_mistyped(one, other) for one, other in zip(mine, theirs, strict=True)]
    known = [count for count in errors if count is not None]
    return sum(known) if len(known) == len(errors) else None


def _mistyped(one: str, other: str) -> int | None:
    shorter = min(len(one), len(other))
    most = 2 if shorter >= LONG_WORD else 1 if shorter >= SHORTEST_MISTYPED else 0
    if one[0] != other[0] or one in PLACES or other in PLACES:
        return None
    distance = OSA.distance(one, other, score_cutoff=most)
    return distance if distance <= most else None


def _errors_han(one: str, other: str) -> int | None:
    """One sign left out, or in a long name one changed: mostly another sign makes another body."""
    if OSA.distance(one, other, score_cutoff=1) != 1:
        return None
    least = SHORTEST_SIGN_CHANGED if len(one) == len(other) else SHORTEST_SIGN_LEFT_OUT
    return 1 if min(len(one), len(other)) >= least else None


# Many names ----------------------------------------------------------------------------------------------------------
class NameIndex:
    """Many names, prepared to be asked which of them agree with one. `names[n]` is the n-th name given."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = [fold(name) for name in names]
        self._equal: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.names):
            for key in _keys(one):
                self._equal[key].append(place)
        self._joined = [one.joined for one in self.names]
        self._cores = [f" {one.core} " for one in self.names]
        self._short = [place for place, one in enumerate(self.names) if 3 <= len(one.core) <= 4 and one.is_han]

    def find(self, name: str) -> list[tuple[int, Agreement]]:
        """The places of the names that agree, the strongest first."""
        asked = fold(name)
        if not asked.text:
            return []
        found = ((place, agreement(asked, self.names[place])) for place in sorted(self._candidates(asked)))
        return sorted(((place, one) for place, one in found if one), key=lambda pair: (strength(pair[1]), pair[0]))

    def _candidates(self, asked: FoldedName) -> set[int]:
        found = {place for key in (*_keys(asked), *_parts(asked)) for place in self._equal.get(key, ())}
        if asked.core:
            within = asked.core if asked.is_han else f" {asked.core} "
            found |= {place for place, core in enumerate(self._cores) if within in core}
        if asked.is_han:
            found |= {place for place in self._short if _is_short_of(self.names[place].core, asked.core)}
            if 3 <= len(asked.core) <= 4:
                fits = _short_pattern(asked.core).fullmatch
                found |= {place for place, core in enumerate(self._cores) if fits(core.strip())}
        near = process.extract(asked.joined, self._joined, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        return found | {place for _name, _score, place in near}


def _keys(one: FoldedName) -> Iterator[str]:
    """The forms in which equal names agree, each with the letter of its kind."""
    yield f"t{one.text}"
    yield f"c{one.core}"
    yield f"f{one.formed}"
    yield f"w{one.joined}"
    yield f"s{one.sound}"
    yield from (f"l{letters}" for letters in one.letters)
    if one.core.isascii() and " " not in one.core and len(one.core) >= SHORTEST_ACRONYM:
        yield f"a{one.core}"
    yield from (f"a{initials}" for initials in one.acronyms)


def _parts(asked: FoldedName) -> Iterator[str]:
    """The cores of names that the asked one may contain."""
    if asked.is_han:
        size = len(asked.core)
        yield from (f"c{asked.core[i:j]}" for i in range(size) for j in range(i + SHORTEST, size + 1))
    words = asked.core.split()
    yield from (f"c{' '.join(words[i:j])}" for i in range(len(words)) for j in range(i + 1, len(words) + 1))
