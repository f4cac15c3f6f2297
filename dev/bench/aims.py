"""Performance aims on two cores, and whether a benchmark run met them. `docs/performance.md` says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Aim:
    """A highest value. `of` returns what is compared from the figures (by name) of the smallest and the largest size,
    or None."""

    limit: float
    unit: str
    of: Callable[[str, Figures, Figures], float | None]

    def result(self, name: str, smallest: Figures, largest: Figures) -> str:
        found = self.of(name, smallest, largest)
        words = f"≤ {self.limit:,g} {self.unit}"
        if found is None:
            return f"{words}: not measured"
        missed = found - self.limit
        return f"{words}: met" if missed <= 0 else f"{words}: missed by {missed:,.2f}".rstrip("0").rstrip(".")


def _value(figures: Figures, name: str, column: str) -> float | None:
    found = figures.get(name, {}).get(column)
    return None if found is None else float(found)


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def of_largest(column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _value(largest, name, column)


def slowing(name: str, smallest: Figures, largest: Figures) -> float | None:
    return _ratio(_value(smallest, name, "rate"), _value(largest, name, "rate"))


def relative_to(other: str, column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _ratio(_value(largest, name, column), _value(largest, other, column))


WITHIN = [Aim(150, "ms", of_largest("median")), Aim(300, "ms at the 95th percentile", of_largest("p95"))]
PAGES = (
    *("home", "home of a head", "approvals", "inbox", "board", "queues", "queues, overdue"),
    *("case list", "case list, open and critical", "case list, deep", "case list, oldest first"),
    *("case page", "case timeline", "tasks of my agency", "referrals", "referral page", "leads", "deadlines"),
    *("supervision", "supervision, one filter", "supervision, two filters", "supervision of an agency"),
    *("flow", "minerals and routes", "figures of deadlines", "daily brief"),
    *("search, two characters", "search, identifier", "search, no hit"),
)
ACTIONS = ("intake, 1 client", "accept a referral")
FRESH = ("case list", "deadlines")
FIRST_PAGES = ("home", "case list", "supervision")
AIMS: dict[str, list[Aim]] = {
    **dict.fromkeys((*PAGES, *ACTIONS), WITHIN),
    **{f"{page}, fresh connection": [Aim(2, "× a kept connection", relative_to(page, "median"))] for page in FRESH},
    **{
        f"{page}, first visit": [Aim(2, "× a later visit", relative_to(f"{page}, later visit", "median"))]
        for page in FIRST_PAGES
    },
    "intake, 8 clients": [*WITHIN, Aim(1.2, "× slower", slowing)],
    "intake, a report again": [Aim(0.5, "× a new report", relative_to("intake, 1 client", "median"))],
    "intake, 100 in a batch": [Aim(100 / 3, "× a report", relative_to("intake, 1 client", "median"))],
}


def results(name: str, smallest: Figures, largest: Figures) -> str:
    """Every aim of a figure and whether the largest size measured met it."""
    return "; ".join(aim.result(name, smallest, largest) for aim in AIMS.get(name, []))
