"""Exports one table of figures as CSV or XLSX, with its definition; the journal records it."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel.tables import TYPES, Row, csv_file, moment_cell, xlsx_file
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from coordination.insight.charts import Chart

from .asked import Asked

EXPORTED = "export_figures"


def exported(chart: Chart, asked: Asked, form: str, now: datetime) -> HttpResponse:
    rows, about = chart.table(), list(_about(chart, asked, now))
    _record(chart, asked, form)
    if form == "xlsx":
        content = xlsx_file(str(chart.title), rows, second=(_("Definitions"), about))
    else:
        content = csv_file([*rows, [], *about])
    answer = HttpResponse(content, content_type=TYPES[form])
    name = f"{chart.key}-{timezone.localtime(now):%Y%m%d-%H%M}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _about(chart: Chart, asked: Asked, now: datetime) -> Iterator[Row]:
    """What the table counts, under which filters, by whom and when."""
    yield [_("Table"), str(chart.title)]
    if chart.definition:
        yield [_("Definition"), str(chart.definition)]
    if chart.caption:
        yield [_("Note"), str(chart.caption)]
    for name, value in asked.shown():
        yield [name, value]
    yield [_("Compared with"), asked.beside.words]
    yield [_("As of"), now]
    who = {"who": asked.actor.name, "agency": asked.actor.agency_name, "when": moment_cell(now)}
    yield [_("Exported by %(who)s (%(agency)s), %(when)s. The live list may have changed since.") % who]


def _record(chart: Chart, asked: Asked, form: str) -> None:
    """Who exported which table with which filters, without their values."""
    key = agency_stream(Agency.objects.get(pk=asked.actor.own_agency))
    filters = sorted(name for name, value in asked.given.items() if value)
    with atomic():
        record_event(
            key,
            actor=asked.actor,
            action=Action(
                EXPORTED,
                "agency",
                key.subject,
                fields=[chart.key, *filters],
                data={"table": chart.key, "form": form, "rows": len(chart.rows)},
            ),
            audience=Audience("own"),
        )
