"""The figures of a bulletin: asked for its period, limited to what may leave, and put into its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.casefile.models import Case
from coordination.insight.metrics.asking import CENTRE, Answer, Point, Question, ask_many
from coordination.insight.metrics.charts import Number
from coordination.insight.metrics.registry import METRICS, Metric
from coordination.insight.metrics.restricting import FigureReader
from coordination.insight.supervision.words import is_enough, n_of_d, shown
from coordination.insight.typical_cases.models import TypicalCase

from .models import Bulletin
from .placeholders import BoundFigure, figures_in, parts_of
from .publication import BASE, rounded

LANGUAGES = {"zh": "zh-hans", "en": "en"}
ADDRESSEES = {Bulletin.Distribution.INTERNAL: gettext_lazy("Member agencies"), Bulletin.Distribution.OUTSIDE: ""}
Cell = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A bound figure with the answers that it needs; `before` is that of the period before, for a change."""

    bound: BoundFigure
    answer: Answer
    before: Answer | None

    @property
    def metric(self) -> Metric:
        return METRICS[self.bound.metric]


@dataclass(frozen=True)
class BulletinFigures:
    """All figures of a bulletin in one language. `are_rounded`: for publication."""

    by_key: Mapping[str, Figure]
    are_rounded: bool
    as_of: datetime

    def number(self, point: Point, metric: Metric) -> Number | None:
        return rounded(point, metric) if self.are_rounded else point.value

    def cell(self, point: Point, metric: Metric) -> Cell:
        """A number as it is frozen. What is not published is not in it."""
        value = self.number(point, metric)
        if value is None and self.are_rounded:
            return {"text": str(pgettext("figure", "not published")), "hidden": True}
        of = "" if self.are_rounded or metric.unit != "ratio" else n_of_d(point)
        return {
            "text": shown(value, metric.unit) + (f" ({of})" if of else ""),
            "value": None if value is None else str(value),
            "hidden": False,
        }

    def listed(self, figure: Figure) -> list[Point]:
        """The largest values of a list, without those that are zero. Rounded ones do not show by their order which is
        larger."""
        numbers = [(self.number(one, figure.metric), one) for one in figure.answer.points]
        ordered = sorted(((-value, one.key, one) for value, one in numbers if value), key=itemgetter(0, 1))
        return [one for _size, _key, one in ordered][: figure.bound.n]


def ask_figures(bulletin: Bulletin, bounds: Sequence[BoundFigure]) -> BulletinFigures:
    """In the present language, in a constant number of queries."""
    changing, reader = [bound for bound in bounds if bound.show == "change"], FigureReader.of(CENTRE)
    questions = [_question(bound, (bulletin.first, bulletin.last)) for bound in bounds]
    questions += [_question(bound, bulletin.period_before) for bound in changing]
    answers = ask_many(CENTRE, questions, reader=reader)
    before = dict(zip(changing, answers[len(bounds) :], strict=True))
    figures = {
        bound.key: Figure(bound, found, before.get(bound))
        for bound, found in zip(bounds, answers[: len(bounds)], strict=True)
    }
    return BulletinFigures(figures, bulletin.distribution == Bulletin.Distribution.OUTSIDE, reader.as_of)


def _question(bound: BoundFigure, period: tuple[date, date]) -> Question:
    return Question(bound.metric, *period, by=bound.by, filters=dict(bound.filters))


def contents(bulletin: Bulletin) -> dict[str, Any]:
    """Everything that the sheet says in both languages, without number and day of issue."""
    found: dict[str, Any] = {"kind": bulletin.kind, "distribution": bulletin.distribution, "edition": bulletin.edition}
    found |= {"first": bulletin.first.isoformat(), "last": bulletin.last.isoformat()}
    found |= {"agency": bulletin.agency.code, "replaces": bulletin.replaces.number if bulletin.replaces else ""}
    if bulletin.distribution == Bulletin.Distribution.OUTSIDE:
        found["rounded_to"] = BASE
    found["synthetic"] = Case.objects.filter(is_synthetic=True).exists()
    for short in LANGUAGES:
        found[short], figures = in_language(bulletin, short)
        found["as_of"] = figures.as_of.isoformat()
    return found


def in_language(bulletin: Bulletin, short: str) -> tuple[dict[str, Any], BulletinFigures]:
    """What the sheet says in one language, and the figures behind it."""
    chinese, signed = short == "zh", bulletin.agency.signs_as or bulletin.agency
    text = bulletin.text_zh if chinese else bulletin.text_en
    with translation.override(LANGUAGES[short]):
        figures = ask_figures(bulletin, figures_in(bulletin.text_zh, bulletin.text_en))
        sheet = {
            "title": bulletin.title_zh if chinese else bulletin.title_en,
            "signed_as": signed.name_zh if chinese else signed.name_en,
            "addressee": str(ADDRESSEES[Bulletin.Distribution(bulletin.distribution)]),
            "paragraphs": [line.strip() for line in written(text, bulletin, figures).splitlines() if line.strip()],
            "note": note_on(bulletin, figures),
            "figures": {key: _frozen(figure, figures) for key, figure in figures.by_key.items()},
            "cases": [_typical(one.content[short]) for one in chosen_cases(bulletin)],
        }
    return sheet, figures


def chosen_cases(bulletin: Bulletin) -> list[TypicalCase]:
    """The typical cases of the bulletin that are still published, in order of publication."""
    published = TypicalCase.objects.filter(state=TypicalCase.State.PUBLISHED, pk__in=bulletin.cases)
    return list(published.order_by("published_at", "pk"))


def _typical(content: dict[str, str]) -> dict[str, Any]:
    texts = [content[part] for part in ("facts", "handling", "significance")]
    return {"title": content["title"], "paragraphs": [line for text in texts for line in text.splitlines() if line]}


def written(text: str, bulletin: Bulletin, figures: BulletinFigures) -> str:
    """The text with its figures."""
    return "".join(_part(part, bulletin, figures) for part in parts_of(text))


def _part(part: str | BoundFigure | None, bulletin: Bulletin, figures: BulletinFigures) -> str:
    if part is None:
        return period_words(bulletin.first, bulletin.last)
    return part if isinstance(part, str) else words_of(figures.by_key[part.key], figures)


def period_words(first: date, last: date) -> str:
    """The period in the present language: 2026年11月16日至22日, or 16–22 November 2026 in the format of the site."""
    values = {"first": date_format(first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")}
    return _("%(first)s to %(last)s") % values


def words_of(figure: Figure, figures: BulletinFigures) -> str:
    """A figure as the text shows it."""
    if figure.bound.show == "top":
        listed = [f"{cell['label']} {cell['text']}" for cell in cells_of(figure, figures)]
        return str(_(", ")).join(listed) or str(_("none to name"))
    cell = figures.cell(figure.answer.total, figure.metric)
    return str(cell["text"]) if figure.before is None or cell["hidden"] else _change(figure, figure.before, figures)


def _change(figure: Figure, earlier: Answer, figures: BulletinFigures) -> str:
    now, before = (figures.number(one.total, figure.metric) for one in (figure.answer, earlier))
    compared = (figure.answer.total, earlier.total)
    if now is None or before is None or not all(map(is_enough, compared)):
        return _("no comparison with the period before")
    if now == before:
        return _("as in the period before")
    difference, unit = abs(Decimal(now) - Decimal(before)), figure.metric.unit
    size = _("%(n)s points") % {"n": round(100 * difference, 1)} if unit == "ratio" else shown(difference, unit)
    more, fewer = _("%(size)s more than in the period before"), _("%(size)s fewer than in the period before")
    return (more if now > before else fewer) % {"size": size}


def note_on(bulletin: Bulletin, figures: BulletinFigures) -> str:
    """The last line of the sheet: as of when, and how numbers are rounded."""
    as_of = date_format(timezone.localtime(figures.as_of), "DATETIME_FORMAT")
    note = _("Figures as of %(moment)s.") % {"moment": as_of}
    if bulletin.distribution == Bulletin.Distribution.OUTSIDE:
        note += " " + _(
            "Numbers are rounded to the nearest five, totals by themselves: 0 stands for fewer than three. Percentages "
            "of fewer than fifty, and amounts of fewer than five, are not published."
        )
    return note


def _frozen(figure: Figure, figures: BulletinFigures) -> dict[str, Any]:
    return {
        "name": str(figure.metric.name),
        "words": words_of(figure, figures),
        "cells": cells_of(figure, figures),
    }


def cells_of(figure: Figure, figures: BulletinFigures) -> list[Cell]:
    """The numbers of a figure with their labels: its value and that of the period before, or the lines of its list."""
    if figure.bound.show == "top":
        listed = [(str(one.label), one.key, one) for one in figures.listed(figure)]
    else:
        listed = [("", "", figure.answer.total)]
        if figure.before is not None:
            listed.append((str(_("Period before")), "before", figure.before.total))
    return [{"label": label, "key": key, **figures.cell(point, figure.metric)} for label, key, point in listed]
