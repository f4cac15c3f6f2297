"""The bodies assigned to an agency: the procuratorate of the same level, the reconsideration agency and the court.

Data, from `data/beside.csv`, read once per process. An agency without a row, or with an empty cell, has none: a paper
then leaves a blank to be filled before issue. Each row is marked K (known, to be verified).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agencies.kernel.reference import read_csv

from .models import Agency

DATA = Path(__file__).parent / "data" / "beside.csv"


@dataclass(frozen=True)
class Beside:
    """`procuratorate` is the code of an agency; `reconsideration` and `court` are names as papers print them (ARL arts.
    24–27, ALL art. 15)."""

    procuratorate: str = ""
    reconsideration: str = ""
    court: str = ""


NONE = Beside()


def beside(agency: Agency) -> Beside:
    return _rows().get(agency.code, NONE)


def procuratorate_beside(agency: Agency) -> Agency | None:
    """The procuratorate of the same level, if it is known and in the system (高检会〔2006〕2号 item 1)."""
    code = beside(agency).procuratorate
    return Agency.objects.filter(code=code).first() if code else None


@cache
def _rows() -> Mapping[str, Beside]:
    columns = ("procuratorate", "reconsideration_zh", "court_zh")
    return {row["agency"]: Beside(*(row[name] for name in columns)) for row in read_csv(DATA)}
