"""Which characters input text may contain, for forms and API.

Control characters and characters that change the writing direction disguise names, so they are refused with their
position. Invisible characters (soft hyphens, zero-width spaces) come with copied text and are removed. Letters are
composed (NFC). Full-width forms and punctuation are kept, because they are proper Chinese; `latin_lookalike` and NFKC
equate them in name comparisons.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
"""A text for people; a translation is made when it is shown."""
# Tabs and line breaks are allowed. Refused are other controls, separators, direction marks, tags, lone surrogates and
# noncharacters.
REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
INVISIBLE = dict.fromkeys((0x00AD, 0x180E, 0x200B, *range(0x2060, 0x2065), 0xFEFF))
# Listed in capitals, so that capitals and small letters stay equal.
_CYRILLIC = dict(zip("АВЕЁКМНОРСТУХІЇЈЅԀԚԜҺ", "ABEEKMHOPCTYXIIJSDQWH", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
_LATIN = {"ı": "i", "ɑ": "a", "ɡ": "g", "ʏ": "y", "ꜱ": "s"}
LOOKALIKES = {
    **_LATIN,
    **{letter: latin for letters in (_CYRILLIC, _GREEK) for letter, latin in letters.items()},
    **{letter.lower(): latin.lower() for letters in (_CYRILLIC, _GREEK) for letter, latin in letters.items()},
}
"""Letters of other alphabets → the Latin letter they look like."""


def character_error(text: str) -> str:
    """Returns what is wrong with a text, naming the character and its position, "" if nothing is."""
    found = REFUSED.search(text)
    if found is None:
        return ""
    values = {"code": f"U+{ord(found[0]):04X}", "place": found.start() + 1}
    return _("Character %(place)d is a control character (%(code)s), which is not allowed.") % values


def normalise_text(text: str) -> str:
    """Returns the text in NFC without invisible characters."""
    return unicodedata.normalize("NFC", text.translate(INVISIBLE))


def latin_lookalike(letter: str) -> str:
    """Returns the Latin letter that a letter looks like, such as "a" for Cyrillic "а". Other letters are unchanged."""
    return LOOKALIKES.get(letter, letter)


class TextField(forms.CharField):
    """The form field of every text a person types."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        if wrong := character_error(text):
            raise forms.ValidationError(wrong, code="character")
        return normalise_text(text)


class PasswordField(forms.CharField):
    """A new password, kept exactly as typed, because sign-in compares it that way."""

    def __init__(self, **given: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(max_length=200, strip=False, widget=widget, **given)
