"""The questionnaire that is delivered with the product. A changed file becomes a new edition; earlier ones stay."""

from pathlib import Path
from typing import Any

from agencies.kernel import times
from agencies.kernel.work import atomic

from .actions import create_edition
from .models import Questionnaire
from .reading import ITEM_COLUMNS, questions_of, read_items

FILE = Path(__file__).parent / "data" / "questionnaire.csv"
CODE, NAME_ZH, NAME_EN = "BASIC", "出口经营者尽职调查问卷", "Due diligence questionnaire for exporters"


def load() -> dict[str, int]:
    """Idempotent."""
    rows = read_items(FILE.read_text(encoding="utf-8"))
    delivered = Questionnaire.objects.filter(agency=None, code=CODE)
    newest = delivered.order_by("-edition").first()
    if newest is None or _rows_of(newest) != [_compared(row) for row in rows]:
        with atomic():
            delivered.filter(state=Questionnaire.State.IN_FORCE).update(state=Questionnaire.State.REPLACED)
            create_edition(rows, agency_id=None, code=CODE, name_zh=NAME_ZH, name_en=NAME_EN, state_since=times.now())
    return {"questionnaires": Questionnaire.objects.count()}


def _rows_of(questionnaire: Questionnaire) -> list[list[Any]]:
    return [[getattr(item, name) for name in ITEM_COLUMNS] for item in questions_of(questionnaire)]


def _compared(row: dict[str, Any]) -> list[Any]:
    return [row[name] for name in ITEM_COLUMNS]
