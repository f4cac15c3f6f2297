"""Names of countries and regions by their alpha-3 codes: `data/countries.csv`, read once a process."""

from functools import cache

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv

from .reference import DATA


def country_name(code: str) -> str:
    """In the reader's language; an unknown code stands for itself."""
    return pick(*_names().get(code, (code, code)))


@cache
def _names() -> dict[str, tuple[str, str]]:
    return {row["alpha3"]: (row["name_zh"], row["name_en"]) for row in read_csv(DATA / "countries.csv")}
