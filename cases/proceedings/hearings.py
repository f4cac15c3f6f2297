"""Whether the party must be offered a hearing (听证, APL art. 63). Pure, except for the file of thresholds."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from agencies.kernel.reference import read_csv
from cases.controls import __file__ as controls

from .models import Decision

P = Decision.Penalty


@cache
def large_sum_for(kind: str, party: str) -> Decimal:
    """The threshold of a large sum in CNY, by kind of proceeding and of party. The sums are to be verified (CPR art.
    49).
    """
    rows = read_csv(Path(controls).parent / "data" / "hearing_lines.csv")
    return next(Decimal(row["sum_cny"]) for row in rows if (row["kind"], row["party"]) == (kind, party))


def hearing_required(penalties: Iterable[str], *, line: Decimal, fine: Decimal | None) -> bool:
    """Whether large fines, large confiscations, loss of a licence, halt, closure or bar are proposed. An unknown sum
    counts as large.
    """
    kinds = set(penalties)
    if kinds & (Decision.GRAVE | {P.GOODS}):
        return True
    large_fine = P.FINE in kinds and (fine is None or fine >= line)
    large_gains = P.GAINS in kinds  # of an unknown sum
    return bool(large_fine or large_gains or (fine is not None and fine >= line))
