"""What a page of figures is asked for: a period, another to compare with, and filters; all of it in the URL.

Days are those of Shanghai, both included. Readers outside the centre see their own agency and cannot choose another.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property, partial
from itertools import chain, islice
from typing import Any, TypeVar, cast

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.kernel import times
from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import names_of
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.filtering import ANY_DAY, refuse_repeated
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, agencies_by_code
from cases.controls.models import Country, District, Technique
from cases.controls.store import current
from coordination.insight.metrics.asking import Answer, Question, ask_many
from coordination.insight.metrics.charts import Chart
from coordination.insight.metrics.completeness import usually_recorded
from coordination.insight.metrics.following import is_preparing
from coordination.insight.metrics.registry import METRICS
from coordination.insight.metrics.restricting import FigureReader

DAY = timedelta(days=1)
PERIODS: dict[str, Text] = {
    "month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "quarter": gettext_lazy("This quarter"),
    "year": gettext_lazy("This year"),
    "12-months": gettext_lazy("Last 12 months"),
    "days": gettext_lazy("Chosen days"),
}
BESIDE: dict[str, Text] = {
    "": gettext_lazy("Key figures only"),
    "before": gettext_lazy("Period before"),
    "year": gettext_lazy("Same period a year before"),
    "days": gettext_lazy("Chosen days"),
    "agency": gettext_lazy("Another agency"),
    "district": gettext_lazy("Another district"),
}
TRACKS: dict[str, Text] = {"adm": gettext_lazy("Administrative"), "crm": gettext_lazy("Criminal")}
Result = TypeVar("Result")
Asking = Generator[Sequence[Question], list[Answer], Result]
"""Yields questions, is sent their answers, and returns what is made of them."""

FILTERS = ("agency", "district", "mineral", "technique", "country", "track", "campaign")


@dataclass(frozen=True)
class Period:
    """Days, both included. `months`: of a period that goes on, how many its whole has (1, 3 or 12); 0: the days say."""

    first: date
    last: date
    months: int = field(default=0, compare=False)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """A whole month by its name, else both days."""
        if self.first.day == 1 and self.last == month_end(self.first):
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        return _("%(first)s to %(last)s") % {"first": self.first.isoformat(), "last": self.last.isoformat()}

    def before(self) -> "Period":
        """The period before, as long as this one. Whole months are compared with as many months, and a month, quarter
        or year that goes on with the same part of the one before, from its beginning. Other days with as many days."""
        if months := self.months or self._months:
            return self._moved(months)
        return Period(self.first - self.days * DAY, self.first - DAY)

    def year_before(self) -> "Period":
        return self._moved(12)

    @property
    def _months(self) -> int:
        """How many months these days are; 0 if they are not whole months, or the beginning of one."""
        number = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        return number if self.first.day == 1 and (self._is_whole or number == 1) else 0

    @property
    def _is_whole(self) -> bool:
        return self.first.day == 1 and self.last == month_end(self.last)

    def _moved(self, months: int) -> "Period":
        """So many months earlier; whole months stay whole."""
        last = _months_before(self.last, months)
        return Period(_months_before(self.first, months), month_end(last) if self._is_whole else last, self.months)


def month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - DAY


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def months_until(day: date, number: int = 12) -> list[Period]:
    """The last calendar months, oldest first; the last one ends on this day."""
    found = [Period(day.replace(day=1), day)]
    while len(found) < number:
        end = found[0].first - DAY
        found.insert(0, Period(end.replace(day=1), end))
    return found


class QuestionForm(forms.Form):
    """The filters of all pages of figures."""

    period = forms.ChoiceField(label=pgettext_lazy("figures", "Period"), choices=list(PERIODS.items()), required=False)
    first = forms.DateField(label=gettext_lazy("From"), required=False, validators=ANY_DAY)
    last = forms.DateField(label=gettext_lazy("Until"), required=False, validators=ANY_DAY)
    beside = forms.ChoiceField(label=gettext_lazy("Compared with"), choices=list(BESIDE.items()), required=False)
    beside_first = forms.DateField(label=gettext_lazy("Compared from"), required=False, validators=ANY_DAY)
    beside_last = forms.DateField(label=gettext_lazy("Compared until"), required=False, validators=ANY_DAY)
    agency = forms.ChoiceField(label=gettext_lazy("Agency"), required=False)
    mineral = forms.ChoiceField(label=gettext_lazy("Mineral"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Route country"), required=False)
    technique = forms.ChoiceField(label=gettext_lazy("Technique"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("Customs district"), required=False)
    track = forms.ChoiceField(label=gettext_lazy("Track"), choices=list(TRACKS.items()), required=False)
    campaign = forms.ChoiceField(label=gettext_lazy("Campaign"), required=False)
    beside_agency = forms.ChoiceField(label=gettext_lazy("Compare with agency"), required=False)
    beside_district = forms.ChoiceField(label=gettext_lazy("Compare with district"), required=False)

    def __init__(self, params: QueryDict, *, actor: Actor, agencies: Mapping[str, Agency]) -> None:
        super().__init__(params)
        if not actor.is_centre:
            del self.fields["agency"], self.fields["beside_agency"]
        everything = [("", _("all"))]
        choices = {name: cache(read) for name, read in choices_for(actor, agencies).items()}
        for name, one in self.fields.items():
            field, column = cast(forms.ChoiceField, one), name.removeprefix("beside_")
            if column in choices:
                first = everything if name == column else []
                field.choices = partial(_joined, first, choices[column])
        self.fields["track"].choices = [*everything, *TRACKS.items()]  # type: ignore[attr-defined]  # it is a choice
        for one in self.fields.values():
            if isinstance(one, forms.DateField):
                one.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for first, last in (("first", "last"), ("beside_first", "beside_last")):
            if given.get(first) and given.get(last) and given[first] > given[last]:
                self.add_error(last, _("The period ends before it begins."))
        if given.get("first") and given["first"] > times.today():
            self.add_error("first", _("The period has not begun."))
        for name in ("agency", "district"):
            if given.get("beside") == name and not given.get(f"beside_{name}"):
                self.add_error(f"beside_{name}" if f"beside_{name}" in self.fields else "beside", _("Choose which."))
        return given


def _joined(first: Choices, read: Callable[[], Choices]) -> Choices:
    return [*first, *read()]


def choices_for(actor: Actor, agencies: Mapping[str, Agency]) -> dict[str, Callable[[], Choices]]:
    """The values of each filter, read where they are shown or checked. Agencies are those that sign in, and the
    reader's."""
    signing_in = [one for one in agencies.values() if one.signs_in or one.pk == actor.agency_id]
    return {
        "agency": lambda: [(one.code, one.name) for one in sorted(signing_in, key=lambda one: one.pk)],
        "district": lambda: sorted(names_of(District).items()),
        "mineral": lambda: [(one, mineral_name(one)) for one in sorted({g.material for g in current().goods.values()})],
        "technique": lambda: sorted(names_of(Technique).items()),
        "campaign": lambda: [
            (one.number, f"{one.number} {one.title}")
            for one in RESOURCES["campaigns"].model.objects.visible_to(actor).counted().order_by("-starts_on", "pk")
        ],
        "country": lambda: sorted(names_of(Country, "alpha3").items(), key=lambda one: one[::-1]),
    }


def mineral_name(code: str) -> str:
    from coordination.insight.metrics.registry import DIMENSIONS

    return str(DIMENSIONS["mineral"].label_of(code))


@dataclass(frozen=True)
class ComparisonSide:
    """What one column of a comparison counts."""

    period: Period
    filters: Mapping[str, str]
    words: str
    short: Text = ""


@dataclass(frozen=True)
class PageQuestion:
    """One question of a page. Raises Invalid for values that are not offered and for unknown names."""

    actor: Actor
    params: QueryDict
    today: date

    @cached_property
    def agencies(self) -> Mapping[str, Agency]:
        return agencies_by_code()

    @cached_property
    def reader(self) -> FigureReader:
        """The same for all questions of a page, which count up to the same time."""
        return FigureReader.of(self.actor)

    @property
    def as_of(self) -> datetime | None:
        """Up to when the figures are complete; None while they are prepared for the first time."""
        return None if is_preparing(self.reader.as_of) else self.reader.as_of

    def question(self, metric: str, by: str = "", period: Period | None = None, **filters: str) -> Question:
        """A question under the filters of this side, and for its period if none is given."""
        days = period or self.period
        return Question(metric, days.first, days.last, by=by, filters={**self.filters, **filters})

    def answers(self, *questions: Question) -> list[Answer]:
        return ask_many(self.actor, questions, self.agencies, self.reader)

    def made(self, parts: Iterable[Asking[Result]]) -> list[Result]:
        """The results of all parts of a page, whose first questions are asked together, then their second ones."""
        asking = {part: next(part) for part in parts}
        order, found = list(asking), dict[Asking[Result], Result]()
        while asking:
            given = iter(self.answers(*chain.from_iterable(asking.values())))
            answered = {part: list(islice(given, len(questions))) for part, questions in asking.items()}
            asking = {}
            for part, answers in answered.items():
                try:
                    asking[part] = part.send(answers)
                except StopIteration as done:
                    found[part] = done.value
        return [found[part] for part in order]

    def complete(self, chart: Chart, metric: str, columns: Iterable["Period"]) -> Chart:
        """The chart of a metric with these columns, in which those that are not recorded as a rule are marked."""
        measures = {*METRICS[metric].measures, *METRICS[metric].of}
        days = [(one.first, one.last) for one in columns]
        agency = None if self.actor.is_centre else self.actor.own_agency
        return chart.with_completeness(usually_recorded(measures, days, self.today, agency))

    @cached_property
    def form(self) -> QuestionForm:
        refuse_repeated(self.params)
        form = QuestionForm(self.params, actor=self.actor, agencies=self.agencies)
        unknown = sorted(set(self.params) - set(form.fields) - {"print", "sort", "after", "before"})
        errors = [FieldError(f"/{name[:40]}", "unknown", _("There is no such filter.")) for name in unknown]
        errors += [
            FieldError(f"/{name}", error.code or "invalid", f"{form.fields[name].label}: {' '.join(error.messages)}")
            for name, found in form.errors.as_data().items()
            for error in found
        ]
        if errors:
            raise Invalid(errors)
        return form

    @property
    def given(self) -> dict[str, Any]:
        data: dict[str, Any] = self.form.cleaned_data
        return data

    @cached_property
    def period(self) -> Period:
        today, first = self.today, self.today.replace(day=1)
        match self.given["period"] or ("days" if self.given["first"] or self.given["last"] else "month"):
            case "last-month":
                return Period((first - DAY).replace(day=1), first - DAY)
            case "quarter":
                return Period(first.replace(month=3 * ((today.month - 1) // 3) + 1), today, months=3)
            case "year":
                return Period(first.replace(month=1), today, months=12)
            case "12-months":
                return Period(months_until(today)[0].first, today, months=12)
            case "days":
                last = min(self.given["last"] or today, today)
                return Period(min(self.given["first"] or last.replace(day=1), last), last)
        return Period(first, today)

    @property
    def span(self) -> Period:
        """The period of what takes long: the chosen one, else the last 12 months."""
        if self.is_beside or any(self.given[name] for name in ("period", "first", "last")):
            return self.period
        return Period(months_until(self.period.last)[0].first, self.period.last)

    @cached_property
    def filters(self) -> dict[str, str]:
        """The filters in effect. A reader outside the centre always counts their own agency."""
        chosen = {name: self.given[name] for name in FILTERS if self.given.get(name)}
        return chosen if self.actor.is_centre else {**chosen, "agency": self.actor.agency_code}

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that the reader may choose: outside the centre not the agency."""
        return {name: value for name, value in self.filters.items() if self.actor.is_centre or name != "agency"}

    @cached_property
    def beside(self) -> ComparisonSide:
        """The other side of every comparison."""
        given, filters, period = self.given, dict(self.filters), self.period
        match given["beside"]:
            case "year":
                period = period.year_before()
            case "days" if given["beside_first"] and given["beside_last"]:
                period = Period(given["beside_first"], given["beside_last"])
            case "agency" | "district" as name:
                filters[name] = given[f"beside_{name}"]
                field: Any = self.form.fields[f"beside_{name}"]
                words = str(dict(field.choices)[filters[name]])
                return ComparisonSide(period, filters, words, words)
            case _:
                period = period.before()
                return ComparisonSide(period, filters, period.words, _("in the period before"))
        return ComparisonSide(period, filters, period.words, _("in %(days)s") % {"days": period.words})

    @property
    def is_beside(self) -> bool:
        """Whether a comparison was chosen: then all charts and tables show both sides."""
        return bool(self.given["beside"])

    @property
    def differs_now(self) -> bool:
        """Whether the sides differ by more than their period."""
        return self.is_beside and self.other.filters != self.filters

    @property
    def present_sides(self) -> list["PageQuestion"]:
        """The sides of what is counted at present, in any period: two if they differ by more than that."""
        return [self, self.other] if self.differs_now else [self]

    @cached_property
    def other(self) -> "PageQuestion":
        """The question of the other side."""
        other = replace(self)
        swapped = {"period": self.beside.period, "filters": dict(self.beside.filters)}
        kept = {"agencies": self.agencies, "reader": self.reader, "form": self.form}
        other.__dict__.update({**kept, **swapped, "side": self.beside, "beside": self.side})
        return other

    @cached_property
    def side(self) -> ComparisonSide:
        name = self.given["beside"] if self.given["beside"] in ("agency", "district") else ""
        every = {"agency": _("All agencies"), "district": _("All districts")}
        words = (self.label(name) if name in self.filters else every[name]) if name else self.period.words
        return ComparisonSide(self.period, self.filters, words)

    def label(self, name: str) -> str:
        """The chosen value of a filter in words."""
        value = self.filters[name]
        field: Any = self.form.fields.get(name)
        if field is None:
            return self.agencies[value].name if value in self.agencies else value
        return str(dict(field.choices).get(value, value))

    @property
    def query(self) -> str:
        """The filters for the address of another page of figures."""
        return urlencode({name: str(self.params[name]) for name in self.form.fields if self.params.get(name)})

    def shown(self) -> Iterator[tuple[str, str]]:
        """The filters in effect as (name, value) in words, for print and exports."""
        yield str(self.form.fields["period"].label), self.period.words
        for name in self.filters:
            label = self.form.fields[name].label if name in self.form.fields else _("Agency")
            yield str(label), self.label(name)


def named(pairs: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f"{name} {value}" for name, value in pairs)
