"""Instructions on the page of their case."""

from agencies.kernel.case_parts import CasePart


class InstructionsOnCase(CasePart):
    related = ("sender", "receiver")
    order = ("created_at", "pk")
    open_first = True
