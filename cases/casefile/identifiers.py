"""Identifiers: normalization and a check of the check digit.

A checksum proves the form, not the existence. An identifier that fails is kept and flagged, never refused, because
papers are damaged and foreign numbers differ.
"""

import re
from collections.abc import Callable
from unicodedata import normalize

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import imo, iso6346
from stdnum.cn import ric, uscc

from agencies.kernel.texts import latin_lookalike

SCHEME_LABELS: dict[str, Promise] = {
    "USCC": _("Unified social credit code"),
    "RIC": _("Identity card number"),
    "CREG": _("Customs registration code"),
    "DECL": _("Declaration number"),
    "PASSPORT": _("Passport number"),
    "IMO": _("IMO number of a ship"),
    "CNTR": _("Container number"),
    "AWB": _("Air waybill number"),
    "PHONE": _("Telephone"),
}
"""Known schemes. The list is open; sources use others."""

CHECKS: dict[str, Callable[[str], bool]] = {
    "USCC": uscc.is_valid,
    "RIC": ric.is_valid,
    "IMO": lambda value: imo.is_valid(value.removeprefix("IMO")),
    "CNTR": iso6346.is_valid,
}
FORMS = {
    "DECL": re.compile(r"^\d{4}(19|20)\d{2}[01]\d{9}$"),
    "CREG": re.compile(r"^\d{5}[0-9A-Z][0-9A-Z]{4}$"),
    "AWB": re.compile(r"^\d{11}$"),
}


def normalize_identifier(value: str) -> str:
    """Upper case without spaces, hyphens and dots, so that two spellings of one number compare equal.

    Full-width letters and look-alike letters of other alphabets become Latin letters.
    """
    letters = normalize("NFKC", re.sub(r"[\s\-.·]", "", value)).upper()
    return "".join(map(latin_lookalike, letters))


def scheme_label(scheme: str) -> str:
    """The label of a known scheme; an unknown scheme as the source wrote it."""
    return str(SCHEME_LABELS.get(scheme.upper(), scheme))


def check_identifier(scheme: str, value: str) -> str:
    """Returns "", "checksum" or "format". A scheme without a known rule is never flagged."""
    key, name = normalize_identifier(value), scheme.upper()
    if name in CHECKS:
        return "" if CHECKS[name](key) else "checksum"
    if name == "AWB" and FORMS["AWB"].match(key):
        return "" if int(key[3:10]) % 7 == int(key[10]) else "checksum"
    return "" if name not in FORMS or FORMS[name].match(key) else "format"
