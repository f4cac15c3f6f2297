"""Leads as a table: one line is one report in the fields of the intake contract.

The rows go the way of a batch of a connected system (`cases.intake.batch`), so that a table, a batch and a single
report are checked and recorded alike.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.journal.models import Event, Stream
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError, TransitionRefused
from agencies.kernel.named_fields import plain
from agencies.kernel.text_files import iso_text
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from cases.casefile.identifiers import SCHEME_LABELS, normalize_identifier
from cases.controls.countries import country_code, read_route
from cases.controls.models import District, PartyRole, Technique
from cases.intake.actions import close_lead, move_lead, reopen_lead
from cases.intake.batch import BatchedReport, receive_reports
from cases.intake.labels import CODES, FLAGS, MANUAL, REPORT_TYPES, value_label
from cases.intake.models import Lead, LeadMark
from cases.intake.receiving import ReceivedReport, ReportEffect, find_flags, refuse_source
from cases.intake.workflow import LEAD

from .lead_columns import COLUMNS, PATHS
from .models import Import, ImportRow, Outcome
from .tables import ImportedSheet, ImportedTable, Offers, RowResult, TableRow

SHANGHAI = "+08:00"  # times that people write are Shanghai time
LIST = ",，;；、"
"""Separators between several codes in a cell."""


class LeadTable(ImportedTable):
    code = Import.Kind.LEADS
    sheets = (ImportedSheet(code="leads", zh="线索", en="Leads", columns=COLUMNS),)
    keeps_others = True

    def sources(self, actor: Actor) -> Offers:
        """By hand, and the sources that people of the agency have reported for."""
        by_hand = Lead.objects.filter(source_agency=actor.own_agency, client=None).order_by("source_system")
        known = by_hand.values_list("source_system", flat=True).distinct()
        return [(code, value_label(code, "source_system")) for code in dict.fromkeys([MANUAL, *known])]

    def refuse_source(self, source: str, actor: Actor) -> None:
        refuse_source({"source_system": source}, actor=actor)

    def group(self, row: TableRow) -> str:
        return f"{_kind_of(row)} {row.cells.get('source_ref', '')}"[:200]

    def take(self, rows: Sequence[TableRow], actor: Actor, imported: Import) -> list[RowResult]:
        with atomic():
            reports = [
                {**report_of(row.cells), "source_system": imported.source, "extra": dict(row.others)} for row in rows
            ]
            found = receive_reports(reports, actor=actor, agency=imported.agency)
            leads = {one.result.lead.pk: one.result.lead for one in found if isinstance(one.result, ReceivedReport)}
            again, closed = _reopened(leads.values(), actor)
            alike, seen, first = _alike(found, leads, actor), _last_events(leads), dict[UUID, int]()
            results = []
            for row, one in zip(rows, found, strict=True):
                if not isinstance(one.result, ReceivedReport):
                    results.append(RowResult.refused(_of_columns(one.result, row.cells), row.cells.get("title", "")))
                    continue
                pk = one.result.lead.pk
                doubts = [*_repeated(first.setdefault(pk, row.line), row.line), *_flagged(one, row.cells)]
                effect = str(one.result.result)
                if effect == ReportEffect.NEW:
                    doubts += alike.get(pk, [])
                if pk in closed:
                    doubts.append(FieldError("", "closed", _("Another agency closed it as entered in error.")))
                outcome = Outcome.REOPENED if pk in again else Outcome(effect)
                label = one.result.lead.title
                results.append(RowResult(outcome, pk, label, doubts=tuple(doubts), seen=seen.get(pk, 0)))
            return results

    def undo(self, row: ImportRow, actor: Actor, imported: Import) -> None:
        """Closes the lead as entered in error."""
        seen = Lead.objects.visible_to(actor).filter(pk__in=[row.subject]).values("pk")
        # Locked, so that no one takes it up between the question and the closing.
        lead = Lead.objects.select_for_update(no_key=True).filter(pk__in=seen).first()
        if lead is None:
            raise TransitionRefused.because("gone", _("It was passed to another agency."))
        events = Event.objects.of_stream(Stream.Kind.LEAD, lead.pk).exclude(actor_kind="system")
        if lead.state != Lead.State.RECEIVED or events.filter(pk__gt=row.seen or 0).exists():
            detail = _("Someone has acted on it since: %(state)s.") % {"state": lead.get_state_display()}
            raise TransitionRefused.because("touched", detail)
        close_lead(lead, actor=actor, closing=Lead.Closing.MISTAKE, reason=imported.reason)

    def links(self, rows: Iterable[ImportRow], actor: Actor) -> Mapping[UUID, str]:
        ids = [row.subject for row in rows if row.subject]
        seen = Lead.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)
        return {pk: reverse("lead", args=[pk]) for pk in seen}


# Reading a row -------------------------------------------------------------------------------------------------------
def report_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The report that the cells of a row say. What a cell says in words becomes its code; a word that is not understood
    stays, so that the contract refuses it."""
    report: dict[str, Any] = {}
    for key, steps in _places(cells).items():
        path = PATHS[key]
        place: Any = report
        for step, following in pairwise(steps):
            if isinstance(step, int):
                place = place[step]
                continue
            rows = place.setdefault(step, [])
            if following == len(rows):
                rows.append({"scheme": path.scheme} if step == "identifiers" and path.scheme else {})
            place = rows
        place[path.field] = READERS.get(path.field, str)(cells[key])
    return report


def _places(cells: Mapping[str, str]) -> dict[str, tuple[str | int, ...]]:
    """The steps to the place of each cell in the report. A party or identifier that is not given leaves no gap."""
    numbers: dict[tuple[object, ...], dict[object, int]] = {}
    found: dict[str, tuple[str | int, ...]] = {}
    for key, path in PATHS.items():
        if not cells.get(key):
            continue
        steps: tuple[str | int, ...] = (path.field,)
        if path.part:
            rows = numbers.setdefault((path.part,), {})
            steps = (path.part, rows.setdefault(path.row, len(rows)), *steps)
        if path.identifier:
            rows = numbers.setdefault((path.part, path.row), {})
            steps = (*steps[:2], "identifiers", rows.setdefault(path.identifier, len(rows)), path.field)
        found[key] = steps
    return found


def _of_columns(error: ActionError, cells: Mapping[str, str]) -> ActionError:
    """The error with the columns of the table instead of the fields of the contract."""
    if hasattr(error, "errors"):
        error.errors = [FieldError(_column(one.pointer, cells), one.code, one.detail) for one in error.errors]
    return error


def _column(pointer: str, cells: Mapping[str, str]) -> str:
    """The column of a pointer into the report, "" if no column has it."""
    for key, steps in _places(cells).items():
        place = "/" + "/".join(map(str, steps))
        if pointer == place or pointer.startswith(f"{place}/"):
            return key
    name = pointer.strip("/")
    return name if name in PATHS else ""


def _kind_of(row: TableRow) -> str:
    return _code(REPORT_TYPES, row.cells.get("report_type", ""))


def _code(texts: Mapping[str, Text], typed: str) -> str:
    """The code with this name in either language; what is no such name is kept."""
    return _names(tuple(texts.items())).get(plain(typed), typed)


@cache
def _names(texts: tuple[tuple[str, Text], ...]) -> dict[str, str]:
    """Of two codes with one name, the first counts."""
    found = {plain(code): code for code, _text in texts}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, text in texts:
                found.setdefault(plain(str(text)), code)
    return found


def _choice(field: str) -> Callable[[str], str]:
    texts: Mapping[str, Text] = CODES[field]
    return lambda typed: _code(texts, typed)


def _row_code(model: Any) -> Callable[[str], str]:
    def read(typed: str) -> str:
        rows = model.objects.values_list("code", "name_zh", "name_en")
        return next((code for code, *names in rows if plain(typed) in map(plain, (code, *names))), typed)

    return read


def _country(typed: str) -> str:
    return country_code(typed) or typed


def _moment(typed: str) -> str:
    """A day, or a time of Shanghai, as people and spreadsheets write it."""
    day, _space, hour = iso_text(typed).removesuffix(" 00:00").partition(" ")
    return f"{day}T{hour}{SHANGHAI}" if hour and "+" not in hour else iso_text(typed).removesuffix(" 00:00")


def _amount(typed: str) -> str:
    return typed.replace(",", "").replace("，", "")


def _several(typed: str) -> list[str]:
    for mark in LIST:
        typed = typed.replace(mark, ",")
    read = _row_code(Technique)
    return [read(one.strip()) for one in typed.split(",") if one.strip()]


READERS: dict[str, Callable[[str], Any]] = {
    **{name: _choice(name) for name in ("severity", "handling_code", "kind", "end_use", "mode", "report_type")},
    **dict.fromkeys(("country", "origin", "final_destination"), _country),
    **dict.fromkeys(("net_weight_kg", "value", "owner_share"), _amount),
    "route": read_route,
    "role": _row_code(PartyRole),
    "customs_district": _row_code(District),
    "techniques": _several,
    "occurred_at": _moment,
    "currency": str.upper,
    "scheme": lambda typed: _code(SCHEME_LABELS, typed),
}


# What was received ---------------------------------------------------------------------------------------------------
def _reopened(leads: Iterable[Lead], actor: Actor) -> tuple[set[UUID], set[UUID]]:
    """Reopens leads that undoing an import had closed, because they are imported again. Returns their ids, and those
    of the leads that stay closed because another agency has them."""
    found, closed = set[UUID](), set[UUID]()
    for lead in leads:
        if lead.state == Lead.State.CLOSED and lead.closing == Lead.Closing.MISTAKE:
            if not LEAD.may("reopen", actor, lead):
                closed.add(lead.pk)
                continue
            reason = _("It was imported again.")
            opened = reopen_lead(lead, actor=actor, reason=reason).thing
            move_lead(opened, "put_back", actor=actor, changes={"officer": None}, reason=reason)
            found.add(lead.pk)
    return found, closed


def _last_events(leads: Iterable[UUID]) -> dict[UUID, int]:
    streams = Event.objects.filter(stream__kind=Stream.Kind.LEAD, stream__subject__in=list(leads))
    return dict(streams.order_by().values_list("stream__subject").annotate(last=Max("pk")))


def _repeated(first: int, line: int) -> Iterator[FieldError]:
    if first != line:
        detail = _("Line %(line)d has the same number: this row revises it.") % {"line": first}
        yield FieldError("source_ref", "repeated", detail)


def _flagged(one: BatchedReport, cells: Mapping[str, str]) -> Iterator[FieldError]:
    """What looks wrong in the report, and is kept."""
    for flag in find_flags(one.sent.content) if one.sent else ():
        detail = _("%(what)s: %(value)s") % {"what": FLAGS[flag["code"]], "value": flag["detail"]}
        yield FieldError(_column(flag["pointer"], cells), flag["code"], detail)


def _alike(found: Iterable[BatchedReport], leads: Mapping[UUID, Lead], actor: Actor) -> dict[UUID, list[FieldError]]:
    """The known leads that name the same numbers, by new lead."""
    received = [one.result for one in found if isinstance(one.result, ReceivedReport)]
    new = [one.lead.pk for one in received if one.result is ReportEffect.NEW]
    named = dict[str, set[UUID]]()
    for lead, key in LeadMark.objects.filter(lead__in=new).values_list("lead_id", "key"):
        named.setdefault(key, set()).add(lead)
    known = LeadMark.objects.filter(key__in=list(named), lead__in=Lead.objects.visible_to(actor)).exclude(
        lead__in=leads
    )
    doubts: dict[UUID, list[FieldError]] = {}
    for key, title, number in known.order_by("key", "lead__received_at").values_list(
        "key", "lead__title", "lead__source_ref"
    ):
        detail = _("The lead %(number)s “%(title)s” names the same number %(key)s.")
        for pk in named.pop(key, ()):  # the first lead with a number is enough
            values = {"number": number, "title": title, "key": normalize_identifier(key)}
            doubts.setdefault(pk, [FieldError("", "similar", detail % values)])
    return doubts
