"""JSON input is bounded, and its cost is proportional to its length."""

import json
from decimal import Decimal

import pytest

from agencies.kernel import limits
from agencies.kernel.errors import Invalid
from agencies.kernel.json_input import StrictJSONParser, _object, read_json


class Stream:
    def __init__(self, raw):
        self.raw = raw

    def read(self, _size):
        return self.raw


def parse(text):
    return StrictJSONParser().parse(Stream(text.encode()), None)


def refused(text):
    with pytest.raises(Invalid) as no:
        parse(text)
    return [(error.pointer, error.code) for error in no.value.errors]


def test_names_are_counted_once_each():
    """Names were once counted quadratically: 16,000 took 1.7 s."""
    compared = []

    class Name(str):
        __slots__ = ()

        def __eq__(self, other):
            compared.append(other)
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    _object([(Name(f"n{n}"), n) for n in range(limits.JSON_NAMES)])
    assert len(compared) < 10 * limits.JSON_NAMES


def test_duplicate_names_too_many_names_or_values_and_too_deep_nesting_are_refused_at_their_place():
    with pytest.raises(Invalid, match="'b'"):
        read_json(b'{"a": 1, "b": 1, "b": 2}')
    most = {f"n{n}": n for n in range(limits.JSON_NAMES)}
    assert len(parse(json.dumps(most))) == limits.JSON_NAMES
    assert refused(json.dumps(most | {"one": "more"})) == [("", "names")]
    assert refused(json.dumps({"a": [0] * (limits.JSON_VALUES + 1)})) == [("/a", "values")]
    assert len(parse(json.dumps({"a": [0] * (limits.JSON_VALUES - 1)}))["a"]) == limits.JSON_VALUES - 1
    deep = '{"a": ' + "[" * limits.JSON_DEPTH + "]" * limits.JSON_DEPTH + "}"
    assert [code for _pointer, code in refused(deep)] == ["nesting"]
    assert [code for _pointer, code in refused('{"a": ' + "[" * 100_000)] == ["nesting"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("65537.0", 65537),
        ("1e5", 100000),
        ("-0.0", 0),
        ("1.50", Decimal("1.50")),
        ("1e999999999", Decimal("1e999999999")),
        ("1e-999999999", Decimal("1e-999999999")),
        ("123456789012345678.25", Decimal("123456789012345678.25")),
    ],
)
def test_a_whole_number_is_an_integer_however_it_is_written(text, expected):
    read = read_json(text.encode())
    assert (read, type(read)) == (expected, type(expected))
