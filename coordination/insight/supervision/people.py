"""People: load and age of open work by officer and unit, for those who lead them."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.resource import RESOURCE_OF_KIND
from coordination.automation.routing.loads import Load, Loads, OpenCounts, UnitLoad, loads_of, weights
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.dimensions import AGES, DIMENSIONS
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion, Period
from .words import cell_of

LOAD = "load"


def _loads(asked: PageQuestion) -> Loads:
    """A responsible person sees the whole agency, a unit lead their own units."""
    actor = asked.actor
    every = loads_of(actor.own_agency, times.now())
    if actor.is_responsible(actor.agency_id):
        return every
    units = [one for one in every.units if one.unit.pk in actor.units]
    names = {one.unit.name for one in units}
    return Loads([one for one in every.people if names & set(one.units)], units)


def _officers(asked: PageQuestion) -> list[Load]:
    return sorted(_loads(asked).people, key=lambda one: -one.weight)


def ages(asked: PageQuestion) -> Asking[Chart]:
    """The open work of each officer by its age."""
    today, officers = Period(asked.today, asked.today), _officers(asked)
    answers = yield [asked.question(LOAD, "age", today, officer=str(one.person.pk)) for one in officers]
    rows = [
        ChartRow(
            load.person.name,
            [cell_of(one, "count") for one in answer.points],
            url=_url(person=load.person.username),
        )
        for load, answer in zip(officers, answers, strict=True)
        if any(one.value for one in answer.points)
    ]
    return Chart(
        *("ages", "bands", _("Open work by officer and age")),
        (_("Officer"), *DIMENSIONS["age"].names(AGES).values()),
        rows,
        caption=_("Days since it began, as of today, in any period; the stronger the colour, the older"),
        definition=METRICS[LOAD].definition,
    )


def officers(asked: PageQuestion) -> Asking[Chart]:
    yield []
    rows = [_person(one) for one in _officers(asked)]
    heads = (_("Officer"), *_heads(), _("Load"), _("Absent until"))
    return Chart(*("officers", "", _("Load by officer"), heads, rows), caption=_weighed(), is_live=True)


def units(asked: PageQuestion) -> Asking[Chart]:
    yield []
    rows = [_unit(one) for one in _loads(asked).units]
    heads = (_("Unit"), *_heads(), _("Load"), _("Unclaimed"))
    return Chart(*("units", "", _("Load by unit"), heads, rows), caption=_weighed(), is_live=True)


def _kinds() -> list[str]:
    """The kinds of workload, the heaviest first."""
    return sorted(weights(), key=lambda kind: -weights()[kind])


def _heads() -> tuple[str, ...]:
    return (*(str(RESOURCE_OF_KIND[kind].plural) for kind in _kinds()), _("Late"), _("Due within 24 hours"))


def _weighed() -> str:
    return _("All present work; the filters do not apply. In the load, a proceeding or referral counts as three tasks.")


def _numbers(numbers: OpenCounts) -> list[ChartCell]:
    by_kind = [numbers.by_kind[kind] for kind in _kinds()]
    return [ChartCell(str(one), one) for one in (*by_kind, numbers.overdue, numbers.soon, numbers.weight)]


def _person(load: Load) -> ChartRow:
    away = ChartCell(load.away_until.isoformat() if load.away_until else "–")
    return ChartRow(load.person.name, [*_numbers(load.numbers), away], url=_url(person=load.person.username))


def _unit(load: UnitLoad) -> ChartRow:
    return ChartRow(
        load.unit.name,
        [*_numbers(load.numbers), ChartCell(str(load.unclaimed), load.unclaimed)],
        url=_url(unit=load.unit.code),
    )


def _url(**desk: str) -> str:
    return f"{reverse('load')}?{urlencode(desk)}"
