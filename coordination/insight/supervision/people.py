"""People: load and age of open work by officer and unit, for those who lead them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coordination.automation.routing.loads import Load, Loads, Numbers, UnitLoad, loads_of
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row
from coordination.insight.metrics.dimensions import AGES
from coordination.insight.metrics.registry import METRICS

from .asked import Asked, Period
from .questions import Questions
from .words import cell_of

LOAD = "load"


@dataclass
class People:
    """A responsible person sees the whole agency, a unit lead their own units."""

    asked: Asked
    now: datetime

    @cached_property
    def loads(self) -> Loads:
        actor = self.asked.actor
        every = loads_of(actor.own_agency, self.now)
        if actor.is_responsible(actor.agency_id):
            return every
        units = [one for one in every.units if one.unit.pk in actor.units]
        names = {one.unit.name for one in units}
        return Loads([one for one in every.people if names & set(one.units)], units)

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        ask, today = Questions(self.asked.sheet), Period(self.asked.today, self.asked.today)
        labels = {name: value for name, value in self.asked.side.filters.items() if name != "agency"}
        for load in self.loads.people:
            ask.add(load.person.pk, LOAD, today, by="age", filters={**labels, "officer": str(load.person.pk)})
        return ask

    def ages(self) -> Chart:
        """The open work of each officer by its age."""
        points = {load.person.pk: self.figures[load.person.pk].points for load in self.loads.people}
        labels = {one.key: one.label for listed in points.values() for one in listed}
        rows = [
            Row(load.person.name, _banded(points[load.person.pk]), url=_url(person=load.person.username))
            for load in sorted(self.loads.people, key=lambda one: -one.weight)
            if any(one.value for one in points[load.person.pk])
        ]
        return Chart(
            *("ages", "bands", _("Open work by officer and age")),
            (_("Officer"), *(labels.get(key, key) for key in AGES)),
            rows,
            caption=_("Days since it began, as of today, in any period; the stronger the colour, the older"),
            definition=METRICS[LOAD].definition,
        )

    def officers(self) -> Chart:
        rows = [_person(one) for one in sorted(self.loads.people, key=lambda one: -one.weight)]
        heads = (_("Officer"), *_heads(), _("Load"), _("Absent until"))
        return Chart(*("officers", "", _("Load by officer"), heads, rows), caption=_weighed(), is_live=True)

    def units(self) -> Chart:
        rows = [_unit(one) for one in self.loads.units]
        heads = (_("Unit"), *_heads(), _("Load"), _("Unclaimed"))
        return Chart(*("units", "", _("Load by unit"), heads, rows), caption=_weighed(), is_live=True)


def _heads() -> tuple[str, ...]:
    return _("Proceedings"), _("Referrals"), _("Tasks"), _("Leads"), _("Late"), _("Due within 24 hours")


def _weighed() -> str:
    return _("All present work; the filters do not apply. In the load, a proceeding or referral counts as three tasks.")


def _numbers(numbers: Numbers) -> list[Cell]:
    counted = (numbers.proceedings, numbers.referrals, numbers.tasks, numbers.leads, numbers.overdue, numbers.soon)
    return [Cell(str(one), one) for one in (*counted, numbers.weight)]


def _person(load: Load) -> Row:
    away = Cell(load.away_until.isoformat() if load.away_until else "–")
    return Row(load.person.name, [*_numbers(load.numbers), away], url=_url(person=load.person.username))


def _unit(load: UnitLoad) -> Row:
    return Row(
        load.unit.name,
        [*_numbers(load.numbers), Cell(str(load.unclaimed), load.unclaimed)],
        url=_url(unit=load.unit.code),
    )


def _url(**desk: str) -> str:
    return f"{reverse('load')}?{urlencode(desk)}"


def _banded(points: tuple[Point, ...]) -> list[Cell]:
    found = {one.key: one for one in points}
    return [cell_of(found.get(key), "count") for key in AGES]
