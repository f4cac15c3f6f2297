"""Rejects passwords that are easy to guess here: common ones, repetitions, and words known in this organisation."""

import re
from functools import cache
from typing import Any
from unicodedata import normalize

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from agencies.kernel.texts import Text
from agencies.organisations.models import Agency

from .models import User

STRONG_ENOUGH = 4  # of 4: more than 10¹⁰ guesses as estimated by zxcvbn
LEFT = 8  # letters and digits required besides known words and years
YEAR = re.compile(r"(?:19|20)\d\d")
LOOKED_AT = 72  # characters; the estimate takes longer with the length
KEPT_WORDS = 3  # letters; shorter words occur in every password
PRODUCT = (
    *(
        "coordination",
        "enforcement",
        "export",
        "control",
        "controls",
        "dualuse",
        "centre",
        "center",
        "china",
        "beijing",
    ),
    *("customs", "commerce", "police", "haiguan", "shangwu", "gongan", "xietong", "zhifa", "chukou", "guanzhi"),
    *("password", "mima", "admin", "officer", "welcome", "协调中心", "出口管制", "两用物项", "海关", "商务部", "公安"),
)
ATTRIBUTES = ("username", "name_zh", "name_en", "phone", "email", "desk_zh", "desk_en")
REASONS: dict[str, Text] = {
    "repeat": gettext_lazy("it repeats itself"),
    "sequence": gettext_lazy("it contains consecutive letters or digits, such as abc or 123"),
    "spatial": gettext_lazy("it follows the order of the keyboard"),
    "date": gettext_lazy("it contains a date"),
    "regex": gettext_lazy("it contains a year"),
    "user_inputs": gettext_lazy("it contains a name or word of this system, an agency or the person"),
    "dictionary": gettext_lazy("it contains common words or passwords"),
}


HELP = gettext_lazy(
    "At least 12 characters, preferably four or more unrelated words. No names of agencies or "
    "people, years, repetition or consecutive keys."
)


class LengthValidator(MinimumLengthValidator):
    """Django's validator with a message that is translated into Chinese."""

    def get_error_message(self) -> str:
        return _("This password is too short. It needs at least %(length)d characters.") % {"length": self.min_length}


class GuessableValidator:
    """A Django password validator: zxcvbn with the words of this organisation."""

    def validate(self, password: str, user: Any = None) -> None:
        words = [*_words_of_agencies(), *PRODUCT, *_words_of(user)]
        result = zxcvbn(password[:LOOKED_AT], user_inputs=words)
        is_words_only = _is_words_only(password, words)
        if result["score"] >= STRONG_ENOUGH and not is_words_only:
            return
        matches = [_pattern(match) for match in result["sequence"]]
        patterns = dict.fromkeys(["user_inputs", *matches] if is_words_only else matches)
        reasons = [str(REASONS[pattern]) for pattern in patterns if pattern in REASONS]
        detail = _("This password is easy to guess: %(reasons)s. Use four or more unrelated words.")
        short = _("This password is easy to guess. Use four or more unrelated words.")
        message = detail % {"reasons": _(", ").join(reasons)} if reasons else short
        raise ValidationError(message, code="guessable")

    def get_help_text(self) -> str:
        return _("Not easy to guess: no names of agencies or people, years, repetition or consecutive keys.")


def _is_words_only(password: str, words: list[str]) -> bool:
    """Whether a password is only known words and a year. Long, but an insider would try it early."""
    normalised = normalize("NFKC", password).casefold()
    rest = normalised
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = YEAR.sub(" ", rest)
    return rest != normalised and sum(char.isalnum() for char in rest) < LEFT


def _pattern(match: dict[str, Any]) -> str:
    pattern = str(match["pattern"])
    return "user_inputs" if match.get("dictionary_name") == "user_inputs" else pattern


@cache
def _words_of_agencies() -> tuple[str, ...]:
    """Returns the words of agency names and codes. Cached, because agencies change only with the product's files."""
    rows = Agency.objects.values_list("code", "name_zh", "name_en")
    return tuple(dict.fromkeys(word for row in rows for text in row for word in _words(text)))


def _words_of(user: Any) -> list[str]:
    if not isinstance(user, User):
        return []
    return [word for name in ATTRIBUTES for word in _words(str(getattr(user, name) or ""))]


def _words(text: str) -> list[str]:
    parts = re.split(r"[\W_]+", text.casefold())
    whole = "".join(parts)
    return [word for word in (whole, *parts) if len(word) >= KEPT_WORDS or (not word.isascii() and len(word) > 1)]
