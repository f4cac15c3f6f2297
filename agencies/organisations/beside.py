"""The bodies assigned to an agency: the procuratorate of the same level, the reconsideration agency and the court.

The product ships what is known, in `data/beside.csv`, read once per process. Administrators name the others with a
second person (`confirmations`); what they named replaces the shipped row. An agency without a row, or with an empty
cell, has none: a paper then leaves a blank, which has to be filled in before issue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from agencies.kernel.reference import read_csv

from .models import Agency, AssignedBodies

DATA = Path(__file__).parent / "data" / "beside.csv"


@dataclass(frozen=True)
class AssignedBodyNames:
    """Names as papers print them (ARL arts. 24–27, ALL art. 15, 高检会〔2006〕2号 item 1)."""

    procuratorate: str = ""
    reconsideration: str = ""
    court: str = ""

    @property
    def as_answers(self) -> dict[str, str]:
        return asdict(self)


NONE = AssignedBodyNames()


def beside(agency: Agency) -> AssignedBodyNames:
    return besides([agency])[0]


def besides(agencies: Iterable[Agency]) -> list[AssignedBodyNames]:
    """The bodies of each agency, in one query."""
    listed = list(agencies)
    named = {one.agency_id: one for one in AssignedBodies.objects.filter(agency__in=listed)}
    return [
        AssignedBodyNames(own.procuratorate, own.reconsideration, own.court)
        if (own := named.get(agency.pk))
        else _shipped().get(agency.code, NONE)
        for agency in listed
    ]


def procuratorate_beside(agency: Agency) -> Agency | None:
    """The procuratorate of the same level, if it is known and in the system."""
    name = beside(agency).procuratorate
    known = Agency.objects.filter(line=Agency.Line.PROCURATORATE, name_zh=name)
    return known.first() if name else None


def name_beside(agency: Agency, named: AssignedBodyNames, *, paper: str) -> None:
    """Stores what a second person confirmed."""
    AssignedBodies.objects.update_or_create(agency=agency, defaults={**named.as_answers, "paper": paper})


@cache
def _shipped() -> Mapping[str, AssignedBodyNames]:
    columns = ("procuratorate_zh", "reconsideration_zh", "court_zh")
    return {row["agency"]: AssignedBodyNames(*(row[name] for name in columns)) for row in read_csv(DATA)}
