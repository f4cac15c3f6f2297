"""Watches on declared routes: which of them a route with its goods meets. A pure comparison.

Terms are origin, transit and destination; a term that names no country is met by every route. `materials` and
`verdict_from` limit the goods. All terms of a watch hold together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from cases.controls.destinations import Trader, goods_of, matter_of, verdicts_of
from cases.controls.rulebook import Rulebook
from cases.controls.store import current
from cases.controls.verdicts import RANK, strictest

from .models import Listing

GoodsOnDay = tuple[Mapping[str, Any], date]  # an item in the fields of the intake contract, and the day of the conduct


@dataclass
class Voyage:
    """One declared route (alpha-3 codes in order) with the goods on it. What the law says is found when first asked."""

    route: list[str]
    goods: list[GoodsOnDay]
    traders: tuple[Trader, ...] = ()
    book: Rulebook = field(default_factory=current)

    @property
    def materials(self) -> set[str]:
        return {match.goods.material for item, _day in self.goods for match in goods_of(item, self.book)}

    @property
    def verdict(self) -> str:
        """The strictest on any of the goods for the last stop of the route."""
        matter = replace(matter_of([{"route": self.route}]), traders=self.traders)
        return strictest(
            one.verdict.verdict for item, day in self.goods for one in verdicts_of(item, matter, day, self.book)
        )


def voyages(routes: Iterable[list[str]], goods: Iterable[GoodsOnDay], traders: tuple[Trader, ...] = ()) -> list[Voyage]:
    """Each route once. A report does not say which goods are on which route, so all may be on each."""
    carried = list(goods)
    return [Voyage(list(route), carried, traders) for route in dict.fromkeys(tuple(route) for route in routes if route)]


def met_by(watches: Iterable[Listing], made: Iterable[Voyage]) -> Iterator[tuple[Listing, list[list[str]]]]:
    """Each watch that some route meets, with these routes."""
    listed = list(made)
    for watch in watches:
        if found := [one.route for one in listed if meets(watch, one)]:
            yield watch, found


def meets(watch: Listing, voyage: Voyage) -> bool:
    stops = voyage.route
    terms = (
        (watch.origins, stops[:1] if len(stops) > 1 else []),
        (watch.transits, stops[1:-1]),
        (watch.destinations, stops[-1:]),
    )
    if not all(set(wanted) & set(had) for wanted, had in terms if wanted):
        return False
    if watch.materials and not set(watch.materials) & voyage.materials:
        return False
    return not watch.verdict_from or RANK.get(voyage.verdict, len(RANK)) <= RANK[watch.verdict_from]
