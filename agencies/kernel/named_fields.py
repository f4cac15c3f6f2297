"""Fields for what has a code: a person types a name in either language, pinyin, initials or the code.

The field shows names and stores codes. Forms of people use it; the API takes codes alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .bilingual import NamedModel, pick
from .pinyin import spellings
from .texts import Text, TextField

HAN_RUN = re.compile("[\u3400-\u9fff]+")
LONGEST = 100  # characters of what is compared and named in an error
NEAREST = 3
STOP = " → "
BETWEEN = re.compile("[→>,，、;；]")


@dataclass(frozen=True)
class Offer:
    """One thing that a field offers: its code, what the field shows, and its names in both languages.

    `label` is what the list shows, if that is more than the field shows.
    """

    code: str
    shown: str
    names: tuple[str, ...] = ()
    label: str = ""

    @classmethod
    def of(cls, row: NamedModel, code: str = "code") -> "Offer":
        return cls(getattr(row, code), row.name, (row.name_zh, row.name_en))

    @classmethod
    def explained(cls, code: str, label: str) -> "Offer":
        """A number or a term that people know by itself; the list explains it."""
        return cls(code, code, (label,), label)

    @property
    def words(self) -> str:
        """The words by which the list finds it."""
        return _words(self)


def translated_offers(texts: Mapping[str, Text]) -> list[Offer]:
    """Codes whose names are translated texts."""
    names: dict[str, list[str]] = {code: [] for code in texts}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, text in texts.items():
                names[code].append(str(text))
    return [Offer(code, str(text), tuple(names[code])) for code, text in texts.items()]


class NamedField(TextField):
    """Returns the code of an offer, "" if empty. What is not known is refused, and the error names the nearest offers.

    `own_words`: a text that is no offer is kept as typed, because the vocabulary is open. There, initials are not
    understood: a term of two letters would become another one. `several`: the text names several in order, such as the
    stops of a route; their codes are returned with arrows between them.
    """

    default_error_messages = {"unknown": _("“%(word)s” is not in the list. The nearest: %(nearest)s.")}

    def __init__(
        self,
        offers: Iterable[Offer] | Callable[[], Iterable[Offer]] = (),
        *,
        own_words: bool = False,
        several: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = offers
        self.own_words = own_words
        self.several = several
        if several:
            self.widget.attrs["data-several"] = ""

    @property
    def offers(self) -> list[Offer]:
        return list(self.source() if callable(self.source) else self.source)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if self.several and typed:
            return STOP.join(self.code_of(stop.strip()) for stop in BETWEEN.split(typed) if stop.strip())
        return self.code_of(typed) if typed else ""

    def code_of(self, typed: str) -> str:
        """The code of the one offer of this name or spelling. Raises ValidationError for an unknown one."""
        wanted = plain(typed[:LONGEST])
        for kind in (_names, _sounds, _initials)[: 2 if self.own_words else 3]:
            found = {offer.code for offer in self.offers if wanted and kind(offer) & {wanted, wanted.replace(" ", "")}}
            if len(found) == 1:
                return found.pop()
        if self.own_words:
            return typed
        nearest = pick("、", ", ").join(offer.shown for offer in self.nearest(wanted))
        raise forms.ValidationError(
            self.error_messages["unknown"], "choice", {"word": typed[:LONGEST], "nearest": nearest}
        )

    def nearest(self, wanted: str) -> list[Offer]:
        """The offers whose names or spellings share most pairs of letters with what was typed."""
        pairs = _pairs(wanted)

        def likeness(offer: Offer) -> float:
            compared = [_pairs(one) for one in _names(offer) | _sounds(offer)]
            return max(2 * len(pairs & one) / (len(pairs) + len(one) or 1) for one in compared)

        return sorted(self.offers, key=likeness, reverse=True)[:NEAREST]

    def prepare_value(self, value: Any) -> Any:
        """What the field shows: the names of codes. A name with a mark that ends a stop is shown as its code."""
        shown = {offer.code: offer.shown for offer in self.offers}
        if self.several and isinstance(value, str) and value and all(code in shown for code in value.split()):
            return STOP.join(code if BETWEEN.search(shown[code]) else shown[code] for code in value.split())
        return shown.get(value, value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The length of a code does not limit the name."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def plain(text: str) -> str:
    """A name without case, accents and punctuation, so that two spellings of it compare equal."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = (char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


@lru_cache(maxsize=5_000)
def _names(offer: Offer) -> frozenset[str]:
    return frozenset(plain(name) for name in (offer.code, offer.shown, *offer.names))


@lru_cache(maxsize=5_000)
def _sounds(offer: Offer) -> frozenset[str]:
    """Names in pinyin."""
    return frozenset(way for name in _names(offer) for way in spellings(name) if len(way) > len(name))


@lru_cache(maxsize=5_000)
def _initials(offer: Offer) -> frozenset[str]:
    return frozenset(way for name in _names(offer) for way in spellings(name)) - _sounds(offer)


@lru_cache(maxsize=5_000)
def _words(offer: Offer) -> str:
    runs = HAN_RUN.findall(" ".join((offer.shown, *offer.names)))
    sounds = (word for run in runs for word in spellings(run))
    return " ".join(dict.fromkeys([offer.code, *offer.names, *sounds]))


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[str]:
    """The letters of a text and its pairs of letters."""
    return frozenset(text) | {text[at : at + 2] for at in range(len(text) - 1)}
