"""Names of documents of a procedure (文书) by the codes of the workflows, from `data/documents.csv`."""

from functools import cache
from pathlib import Path

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv

FILE = Path(__file__).parent / "data" / "documents.csv"


def document_name(code: str) -> str:
    """The name in the reader's language. Raises KeyError for an unknown code."""
    return pick(*_names()[code])


@cache
def _names() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in read_csv(FILE)}
