"""The mark of a major case on the page of its case."""

from agencies.kernel.case_parts import CasePart


class MarksOnCase(CasePart):
    """The present mark first."""

    order = ("designated_at", "pk")
    open_first = True
