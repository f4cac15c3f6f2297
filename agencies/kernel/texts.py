"""Texts from outside: which characters they may have, for forms and API alike.

Control characters and those that turn the direction of writing make a name look like another, so they are refused with
their place. Characters that show nothing at all (soft hyphens, zero-width spaces) come along when people copy, and are
left out. Letters are composed (NFC); full-width forms and punctuation stay as typed, for they are proper Chinese: where
names are compared, `latin_lookalike` and NFKC make them equal.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _

# Tab and line breaks are text. Refused are the other controls, separators and marks of direction, tags, lone surrogates
# and what is no character.
REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
INVISIBLE = dict.fromkeys((0x00AD, 0x180E, 0x200B, *range(0x2060, 0x2065), 0xFEFF))
# By their capitals, so that capitals and small letters stay equal.
_CYRILLIC = dict(zip("АВЕЁКМНОРСТУХІЇЈЅԀԚԜҺ", "ABEEKMHOPCTYXIIJSDQWH", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
_LATIN = {"ı": "i", "ɑ": "a", "ɡ": "g", "ʏ": "y", "ꜱ": "s"}
LOOKALIKES = {
    **_LATIN,
    **{letter: latin for letters in (_CYRILLIC, _GREEK) for letter, latin in letters.items()},
    **{letter.lower(): latin.lower() for letters in (_CYRILLIC, _GREEK) for letter, latin in letters.items()},
}
"""Letters of other alphabets → the Latin letter that they look like."""


def character_error(text: str) -> str:
    """What is wrong with a text, with the character and its place; "" where nothing is."""
    found = REFUSED.search(text)
    if found is None:
        return ""
    told = {"code": f"U+{ord(found[0]):04X}", "place": found.start() + 1}
    return _("Character %(place)d is a control character (%(code)s), which is not allowed.") % told


def normalise_text(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(INVISIBLE))


def latin_lookalike(letter: str) -> str:
    """A letter as the eye takes it among Latin ones: "а" (Cyrillic) as "a". Every other stays."""
    return LOOKALIKES.get(letter, letter)


class TextField(forms.CharField):
    """The field of every text that a person types."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        if wrong := character_error(text):
            raise forms.ValidationError(wrong, code="character")
        return normalise_text(text)


class PasswordField(forms.CharField):
    """A new password, kept exactly as typed: signing in compares it so."""

    def __init__(self, **given: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(max_length=200, strip=False, widget=widget, **given)
