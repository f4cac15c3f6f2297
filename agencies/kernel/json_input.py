"""Bounded and strict reading of JSON."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from .errors import FieldError, Invalid
from .limits import JSON_DEPTH, JSON_NAMES, JSON_VALUES
from .problems import escaped
from .texts import character_error

# Text needs tabs and line breaks only. Other control characters, and those that change the writing direction, make a
# screen or printout differ from what is stored and signed.
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
MOST_DIGITS = 18  # of a whole number written with a point or an exponent


class StrictJSONParser(BaseParser):
    """Parses one JSON object within the limits of `limits`, with or without a byte order mark.

    Decimals stay exact. NaN, duplicate names and characters that disguise a text are refused.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig(limit)
        return readable_object(read_json(raw))


def readable_object(content: Any) -> dict[str, Any]:
    """Returns the content if it is an object within the limits, without forbidden characters. Raises Invalid."""
    if not isinstance(content, dict):
        raise Invalid([FieldError("", "object", _("Send one JSON object."))])
    errors = list(_unreadable(content))
    if errors:
        raise Invalid(errors)
    return content


def read_json(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8-sig"), parse_float=number, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except RecursionError as deep:
        raise _too_deep("") from deep
    except UnicodeDecodeError as wrong:
        raise Invalid([FieldError("", "encoding", _("This is not UTF-8."))]) from wrong
    except ValueError as wrong:
        detail = _("This is not JSON: %(why)s.") % {"why": wrong}
        raise Invalid([FieldError("", "json", detail)]) from wrong


def number(text: str) -> int | Decimal:
    """Parses a number with a point or an exponent.

    A whole number becomes an int, as in JSON Schema: 65537.0 is 65537.
    """
    value = Decimal(text)
    return int(value) if abs(value.adjusted()) < MOST_DIGITS and value == value.to_integral_value() else value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > JSON_NAMES:
        raise _too_many("names", _("An object has more than %(most)d names.") % {"most": JSON_NAMES})
    content = dict[str, Any]()
    for name, value in pairs:
        if name in content:
            raise ValueError(f"the name {name[:100]!r} occurs twice in one object")
        content[name] = value
    return content


def _unreadable(content: Any) -> Iterator[FieldError]:
    """Yields forbidden characters; raises Invalid for too many values or too deep nesting. It does not recurse."""
    waiting: list[tuple[str, Any, int]] = [("", content, 1)]
    left = JSON_VALUES
    while waiting:
        pointer, value, level = waiting.pop()
        if isinstance(value, str) and (error := unreadable_text(pointer, value)):
            yield error
        if not isinstance(value, dict | list):
            continue
        if level > JSON_DEPTH:
            raise _too_deep(pointer)
        left -= len(value)
        if left < 0:
            raise _too_many("values", _("The document has more than %(most)d values.") % {"most": JSON_VALUES}, pointer)
        if isinstance(value, dict):
            yield from (error for name in value if (error := unreadable_text(pointer, name)))
            waiting += [(f"{pointer}/{escaped(name)}", inner, level + 1) for name, inner in value.items()]
        else:
            waiting += [(f"{pointer}/{n}", inner, level + 1) for n, inner in enumerate(value)]


def unreadable_text(pointer: str, text: str) -> FieldError | None:
    """Returns the error of a text with forbidden characters, None if there is none."""
    if text.isascii() and text.isprintable():
        return None
    if "\x00" in text:
        return FieldError(pointer, "null_character", _("NUL characters are not allowed."))
    if found := CONTROL.search(text):
        detail = _("The control character U+%(code)s is not allowed.") % {"code": f"{ord(found[0]):04X}"}
        return FieldError(pointer, "control_character", detail)
    if found := BIDI.search(text):
        detail = _("U+%(code)s changes the writing direction; remove it.") % {"code": f"{ord(found[0]):04X}"}
        return FieldError(pointer, "bidi_character", detail)
    try:
        text.encode()
    except UnicodeEncodeError:
        return FieldError(pointer, "surrogate", _("A lone surrogate is not a valid character."))
    wrong = character_error(text)
    return FieldError(pointer, "character", wrong) if wrong else None


def _too_deep(pointer: str) -> Invalid:
    detail = _("Nested more than %(levels)s levels deep.") % {"levels": JSON_DEPTH}
    return Invalid([FieldError(pointer, "nesting", detail)])


def _too_many(code: str, detail: str, pointer: str = "") -> Invalid:
    return Invalid([FieldError(pointer, code, detail)])
