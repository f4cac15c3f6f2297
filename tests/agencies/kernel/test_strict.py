"""What must be there must say something: an action reads a required field without asking whether it is there."""

import pytest
from rest_framework import serializers

from agencies.kernel.strict import Strict
from coordination.api import urls  # noqa: F401  # brings every input of the API along


class Rows(Strict):
    rows = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(required=False, allow_blank=True)


def inputs(of: type[Strict] = Strict) -> list[type[Strict]]:
    return [found for one in of.__subclasses__() for found in (one, *inputs(one))]


def test_a_required_list_without_rows_is_refused_by_name():
    told = Rows(data={"rows": []})
    assert not told.is_valid()
    assert {name: [one.code for one in errors] for name, errors in told.errors.items()} == {"rows": ["required"]}


def test_an_optional_field_may_say_nothing():
    told = Rows(data={"rows": ["a"], "note": ""})
    assert told.is_valid()
    assert told.validated_data == {"rows": ["a"]}


@pytest.mark.parametrize("empty", [None, "", " ", [], {}])
@pytest.mark.parametrize("shape", inputs(), ids=lambda shape: shape.__name__)
def test_no_input_lets_a_required_field_pass_that_says_nothing(shape, empty, db):
    required = [name for name, field in shape().fields.items() if field.required]
    for name in required:
        told = shape(data={name: empty})
        for other in told.fields.values():
            other.required = other.field_name == name
        assert not told.is_valid() or name in told.validated_data
