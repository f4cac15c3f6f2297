"""Performance aims on two cores, and whether a benchmark run met them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Mapping[str, Any]]
FLOOR = "floor: one DRF row, 8 clients"


@dataclass(frozen=True)
class Aim:
    """`of` returns the compared value from the figures (by name) of the smallest and the largest size, or None."""

    limit: float
    unit: str
    of: Callable[[str, Figures, Figures], float | None]
    at_least: bool = False

    def result(self, name: str, smallest: Figures, largest: Figures) -> str:
        found = self.of(name, smallest, largest)
        words = f"{'≥' if self.at_least else '≤'} {self.limit:,g} {self.unit}"
        if found is None:
            return f"{words}: not measured"
        missed = self.limit - found if self.at_least else found - self.limit
        return f"{words}: met" if missed <= 0 else f"{words}: missed by {missed:,.2f}".rstrip("0").rstrip(".")


def _value(figures: Figures, name: str, column: str) -> float | None:
    found = figures.get(name, {}).get(column)
    return None if found is None else float(found)


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def of_largest(column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _value(largest, name, column)


def growth(name: str, smallest: Figures, largest: Figures) -> float | None:
    return _ratio(_value(largest, name, "median"), _value(smallest, name, "median"))


def slowing(name: str, smallest: Figures, largest: Figures) -> float | None:
    return _ratio(_value(smallest, name, "rate"), _value(largest, name, "rate"))


def relative_to(other: str, column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _ratio(_value(largest, name, column), _value(largest, other, column))


MS, FLAT, SMALL = of_largest("median"), Aim(1.3, "×", growth), Aim(60_000, "B", of_largest("size"))
AIMS: dict[str, list[Aim]] = {
    "case list": [Aim(40, "ms", MS), FLAT, SMALL],
    "case page": [Aim(50, "ms", MS), FLAT],
    "tasks of my agency": [SMALL],
    "referrals": [SMALL],
    "leads": [SMALL],
    "deadlines": [SMALL],
    "supervision": [Aim(60, "ms", MS)],
    "intake, 8 clients": [
        Aim(0.5, "of the DRF floor", relative_to(FLOOR, "rate"), at_least=True),
        Aim(1.2, "× slower", slowing),
    ],
    "sweep of 1,000,000 clocks, 1,000 due": [Aim(2_000, "ms", MS)],
}
SEARCH = [Aim(3, "× the list", relative_to("case list", "median"))]
SEED, MEMORY = 2_000, 100


def results(name: str, smallest: Figures, largest: Figures) -> str:
    """Every aim of a figure and whether the largest size measured met it."""
    aims = SEARCH if name.startswith("search") else AIMS.get(name, [])
    return "; ".join(aim.result(name, smallest, largest) for aim in aims)
