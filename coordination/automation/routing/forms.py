"""Forms of the routing pages that are not actions of the workflow."""

from typing import Any

from agencies.kernel import text_files

from .models import RuleSet
from .spreadsheet import RuleRow, read_rows


class SheetForm(text_files.SheetForm):
    """Rules of a version as a file or as text."""

    def __init__(self, *args: Any, rule_set: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule_set = rule_set

    def read(self, text: str, cleaned: dict[str, Any]) -> list[RuleRow]:
        return read_rows(text, self.rule_set)
