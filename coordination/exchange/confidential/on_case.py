"""Confidential letters on the page of their case, for the people whom they name."""

from agencies.kernel.case_parts import CasePart


class LettersOnCase(CasePart):
    order = ("created_at", "pk")
    is_named = False
