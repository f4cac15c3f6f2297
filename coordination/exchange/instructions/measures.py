"""What instructions contribute to the figures: late answers."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures

from .models import Instruction


def _facts(instruction: Instruction, history: History) -> Iterable[MeasuredFact]:
    """Late while the addressee has to answer. A report that was not accepted yet is with the asking agency."""
    found = FactCollector(instruction.receiver_id)
    if instruction.sent_at is not None:
        waits = instruction.state in Instruction.WITH_RECEIVER
        found.late("instruction", instruction.due_at, None if waits else _answered(instruction, history))
    return found.facts


def _answered(instruction: Instruction, history: History) -> datetime | None:
    """When it last left the addressee."""
    left = [event.happened_at for event in history if event.from_state in Instruction.WITH_RECEIVER]
    return max(left, default=instruction.state_since)


def _rows(matters: Collection[UUID]) -> QuerySet[Instruction]:
    return Instruction.objects.filter(case__in=matters)


MEASURES = Measures(rows=_rows, facts=_facts)
