"""Typical cases over JSON."""

from cases.casefile.shapes import OfCaseShape


class TypicalCaseShape(OfCaseShape):
    """The account of a concluded case without names. `case` is null for readers who may not see the case."""
