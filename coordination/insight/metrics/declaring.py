"""What a metric and a dimension are. `catalogue` declares the metrics, `dimensions` the dimensions."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from agencies.kernel.actor import Actor
from agencies.kernel.measures import counted_in
from agencies.kernel.texts import Text

Unit = Literal["count", "ratio", "days", "kg", "cny"]


# What counts the same things under another name: steps of cases, proceedings of a kind, persons of a case.
SAME: Mapping[str, str] = {
    **{"course": "cases", "administrative": "proceedings", "criminal": "proceedings", "transfers": "referrals"},
    **{"late": "duties", "fines": "decisions", "remedies": "decisions"},
    **dict.fromkeys(("arrests", "prosecuted", "convicted", "measures"), "suspects"),
}


class Form(StrEnum):
    """How the answer is made from the facts of the measures."""

    COUNT = "count"  # how many in the period
    AMOUNT = "amount"  # the sum of their amounts
    SHARE = "share"  # n of d, both in the period
    MEDIAN = "median"  # of the days that they took
    NINETIETH = "ninetieth"  # 90 % of them took at most so many days
    STOCK = "stock"  # the level at the end of the last day
    STANDING = "standing"  # what is still there, by the day on which it began


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure of supervision.

    `measures` are the facts that are counted, `of` those that a share is of. `own` replaces the measures in an agency's
    own figures, where the centre's would disclose matters of other agencies. `fixed` are labels that all facts have.
    `is_timed`: a level that changes within the day: the facts of today count from their moment on. `since_days`: only
    what began at least so many days before the end of the period. `dimensions` are those by which it may be divided,
    besides `dimensions.COMMON`. `better` says which direction is good: "up", "down" or "".
    """

    key: str
    name: Text
    definition: Text
    unit: Unit
    form: Form
    source: Text
    measures: tuple[str, ...]
    of: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    is_timed: bool = False
    since_days: int = 0
    divided: tuple[str, ...] = ()
    better: Literal["up", "down", ""] = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        from .dimensions import COMMON

        return (*COMMON, *self.divided)

    @property
    def subjects(self) -> frozenset[str]:
        """What it counts, regardless of name and form: of cases those opened, closed and open, by any dimension."""
        counted = map(counted_in, (*self.measures, *self.own, *self.of))
        return frozenset(SAME.get(one, one) for one in counted)


@dataclass(frozen=True)
class Dimension:
    """A way to divide a metric. `names(values)` returns the label of each known value; an unknown value has none.

    `readable(actor, values)`: those that the actor may know of; by default all.
    """

    key: str
    name: Text
    names: Callable[[Collection[str]], Mapping[str, Text]]
    readable: Callable[[Actor, Collection[str]], Collection[str]] = lambda actor, values: values

    def names_for(self, actor: Actor, values: Collection[str]) -> Mapping[str, Text]:
        return self.names(self.readable(actor, values))

    def label_of(self, value: str) -> Text:
        return self.names([value]).get(value, value)
