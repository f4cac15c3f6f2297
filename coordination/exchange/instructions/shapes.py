"""Letters between superior and subordinate agencies."""

from typing import Any

from cases.casefile.shapes import OfCaseShape


class InstructionShape(OfCaseShape):
    """A letter between a superior and an agency below it. Answer, objection and reasons are shown to the two agencies
    and the centre."""

    INSIDE = ("answer", "objection", "reason")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        inside = instance.reads_answer(self.actor)
        return {name: value if inside or name not in self.INSIDE else "" for name, value in data.items()}
