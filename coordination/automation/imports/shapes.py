"""Imports in the API."""

from rest_framework.serializers import CharField, DictField, IntegerField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import ModelShape


class ImportShape(ModelShape):
    """An import of the caller's agency. `found` has the rows by result, of the check (`checked`), of taking over
    (`taken`) and of undoing (`undone`); `mapping` the heading of each column, by sheet; `run` is the latest background
    work."""

    found = DictField(child=DictField(child=IntegerField()), **READ_ONLY)
    mapping = DictField(child=DictField(child=CharField()), **READ_ONLY)
