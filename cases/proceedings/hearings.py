"""Whether the party must be offered a hearing (听证, APL art. 63), and whether a decision needs legal review and
collective discussion (APL arts. 57, 58). The kinds and sums are rows of `data/sanctions.csv` and `hearing_lines.csv`.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path

from agencies.kernel.reference import read_csv
from cases.controls import __file__ as controls

from .comparing import Sanction
from .models import Decision
from .powers import kinds_where

P = Decision.Penalty


@cache
def large_sum_for(kind: str, party: str, column: str = "sum_cny") -> Decimal | None:
    """The threshold of a large sum in CNY, by kind of proceeding and of party; None if no sum is set. The sums are to
    be verified (CPR art. 49).
    """
    rows = read_csv(Path(controls).parent / "data" / "hearing_lines.csv")
    found = next(row[column] for row in rows if (row["kind"], row["party"]) == (kind, party))
    return Decimal(found) if found else None


def hearing_required(sanction: Sanction, line: Decision) -> bool:
    """Whether large fines, large confiscations, loss of a licence, halt, closure or bar are proposed."""
    return bool(sanction.kinds & kinds_where("hearing")) or _is_large(sanction, line, "sum_cny")


def review_required(sanction: Sanction, line: Decision) -> bool:
    return bool(sanction.kinds & kinds_where("grave")) or _is_large(sanction, line, "review_sum_cny")


def discussion_required(sanction: Sanction, line: Decision) -> bool:
    return bool(sanction.kinds & kinds_where("grave")) or _is_large(sanction, line, "discussion_sum_cny")


def _is_large(sanction: Sanction, line: Decision, column: str) -> bool:
    """An unknown sum counts as large."""
    large = large_sum_for(line.proceeding.kind, line.party.kind, column)
    sums = ((P.FINE, sanction.fine), (P.GAINS, sanction.gains))
    return large is not None and any(
        kind.value in sanction.kinds and (amount is None or amount >= large) for kind, amount in sums
    )
