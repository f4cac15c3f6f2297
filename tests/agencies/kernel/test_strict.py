"""Required fields may not be empty, because actions read them without checking."""

import pytest
from rest_framework import serializers

from agencies.kernel.strict import Strict
from coordination.api import urls  # noqa: F401  # imports every input of the API


class RowsInput(Strict):
    rows = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(required=False, allow_blank=True)


def inputs(of: type[Strict] = Strict) -> list[type[Strict]]:
    return [found for one in of.__subclasses__() for found in (one, *inputs(one))]


def test_a_required_list_without_rows_is_refused_by_name_and_an_optional_field_may_be_empty():
    serializer = RowsInput(data={"rows": []})
    assert not serializer.is_valid()
    assert {name: [one.code for one in errors] for name, errors in serializer.errors.items()} == {"rows": ["required"]}
    serializer = RowsInput(data={"rows": ["a"], "note": ""})
    assert serializer.is_valid()
    assert serializer.validated_data == {"rows": ["a"]}


@pytest.mark.parametrize("empty", [None, "", " ", [], {}])
@pytest.mark.parametrize("shape", inputs(), ids=lambda shape: shape.__name__)
def test_no_input_accepts_an_empty_required_field(shape, empty, db):
    required = [name for name, field in shape().fields.items() if field.required]
    for name in required:
        serializer = shape(data={name: empty})
        for other in serializer.fields.values():
            other.required = other.field_name == name
        assert not serializer.is_valid() or name in serializer.validated_data
