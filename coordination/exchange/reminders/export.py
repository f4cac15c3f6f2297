"""Exports the desk as a file, marked with person and time. The journal records the export."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.kernel.errors import Invalid
from agencies.kernel.tables import TYPES, Row, csv_file, moment_cell, xlsx_file
from agencies.people.naming import reader_named

from .actions import record_export
from .asking import LateItem, ReminderDesk

MOST = 5000


def export_desk(desk: ReminderDesk, form: str) -> HttpResponse:
    found = desk.page({}, MOST)
    if found.next:
        raise Invalid.field("", "many", _("More than %(most)s rows. Narrow the filters first.") % {"most": MOST})
    lines = desk.lines(found.items)
    record_export(
        actor=desk.actor, form=form, rows=len(lines), filters=[name for name, one in desk.chosen.items() if one]
    )
    rows = [_heads(), *(_cells(line) for line in lines), *_marks(desk)]
    answer = HttpResponse(xlsx_file(_("Late"), rows) if form == "xlsx" else csv_file(rows), content_type=TYPES[form])
    name = f"overdue-{timezone.localtime(desk.now):%Y%m%d-%H%M}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _heads() -> Row:
    return [
        *(_("Handling code"), _("Who must act"), _("Name"), _("Phone"), _("Kind of item"), _("What must be done")),
        *(_("Case or lead"), _("Late since"), _("Days late"), _("Legal basis"), _("Reminder"), _("State")),
        *(_("Last answer"), _("Expected to be done on"), _("System id")),
    ]


def _cells(line: LateItem) -> Row:
    reminded, contact = line.reminded, line.contact
    answered = reminded.answered if reminded else None
    return [
        *(line.handling, line.agency.name),
        *((contact.name, contact.phone) if contact else ("", "")),
        *(line.about, line.name, line.matter, line.row.late_since, line.days, line.basis),
        *((reminded.letter.number, reminded.letter.get_state_display()) if reminded else ("", "")),
        *((answered.answer, answered.expected_on) if answered else ("", "")),
        line.key,
    ]


def _marks(desk: ReminderDesk) -> Iterator[Row]:
    """Below the rows, so that programs find the headings in the first line."""
    yield []
    who = {**reader_named(desk.actor), "when": moment_cell(desk.now)}
    yield [_("Exported by %(who)s (%(agency)s), %(when)s. The live list may have changed since.") % who]
