"""Instructions on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import Instruction


def _instructions(page: Any) -> list[Instruction]:
    """Open ones first."""
    visible = Instruction.objects.visible_to(page.actor).filter(case=page.case)
    found = visible.select_related("sender", "receiver").order_by("created_at", "pk")
    return sorted(found, key=lambda instruction: not instruction.is_open)


ON_CASE = CasePart(rows=_instructions, title=str)
