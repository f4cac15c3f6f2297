"""Exports one table of figures as CSV or XLSX, with its definition; the journal records it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.tables import TYPES, Row, csv_file, moment_cell, xlsx_file
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.naming import reader_named
from coordination.insight.metrics.charts import Chart

from .asked import PageQuestion

EXPORTED = "export_figures"


def exported(
    chart: Chart, *, actor: Actor, form: str, as_of: datetime | None, about: Iterable[Row], fields: Iterable[str] = ()
) -> HttpResponse:
    """The table as a file. `about` says what it counts, such as its filters in words; `fields` are their names. `as_of`
    is the time of its figures, None while they are prepared for the first time."""
    now = times.now()
    rows, notes = chart.table(), [*_about(chart), *about, *_origin(actor, now, as_of)]
    _record(chart, actor, form, fields)
    if form == "xlsx":
        content = xlsx_file(str(chart.title), rows, second=(_("Definitions"), notes))
    else:
        content = csv_file([*rows, [], *notes])
    answer = HttpResponse(content, content_type=TYPES[form])
    name = f"{chart.key}-{timezone.localtime(now):%Y%m%d-%H%M}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def exported_asked(chart: Chart, asked: PageQuestion, form: str) -> HttpResponse:
    """A table of the pages of supervision, with the filters in effect."""
    about = [[name, value] for name, value in (*asked.shown(), (_("Compared with"), asked.beside.words))]
    fields = [name for name, value in asked.given.items() if value]
    as_of = times.now() if chart.is_live else asked.as_of
    return exported(chart, actor=asked.actor, form=form, as_of=as_of, about=about, fields=fields)


def _about(chart: Chart) -> Iterator[Row]:
    yield [_("Table"), str(chart.title)]
    if chart.definition:
        yield [_("Definition"), str(chart.definition)]
    if chart.caption:
        yield [_("Note"), str(chart.caption)]


def _origin(actor: Actor, now: datetime, as_of: datetime | None) -> Iterator[Row]:
    yield [_("As of"), as_of or _("being prepared")]
    who = {**reader_named(actor), "when": moment_cell(now)}
    yield [_("Exported by %(who)s (%(agency)s), %(when)s. The live list may have changed since.") % who]


def _record(chart: Chart, actor: Actor, form: str, fields: Iterable[str]) -> None:
    """Who exported which table with which filters, without their values."""
    key = agency_stream(Agency.objects.get(pk=actor.own_agency))
    with atomic():
        record_event(
            key,
            actor=actor,
            action=Action(
                EXPORTED,
                "agency",
                key.subject,
                fields=[chart.key, *sorted(fields)],
                data={"table": chart.key, "form": form, "rows": len(chart.rows)},
            ),
            audience=Audience("own"),
        )
