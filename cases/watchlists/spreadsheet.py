"""Watch lists as a table: reading CSV, writing CSV, comparing with the current entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.journal.digests import content_digest
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.tables import csv_file
from agencies.kernel.text_files import Lines, parse_day, read_table
from agencies.organisations.models import Agency
from cases.casefile.identifiers import normalize_identifier
from cases.controls.countries import country_code, country_name, read_route
from cases.controls.models import Country
from cases.controls.store import current
from cases.controls.verdicts import ORDER
from cases.controls.words import VERDICTS

from .models import Listing, WatchList

MOST_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """One entry of the table. Rows with the same content are equal."""

    watch_list: str
    code: str
    name_zh: str = ""
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    country: str = ""
    document: str
    document_date: date
    effective_from: date
    effective_to: date | None = None
    meaning_zh: str = ""
    meaning_en: str = ""
    origins: tuple[str, ...] = ()
    transits: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    verdict_from: str = ""
    owner: str = ""
    addresses: tuple[str, ...] = ()
    suspended_from: date | None = None
    suspended_until: date | None = None


COLUMNS = tuple(one.name for one in fields(EntryRow))
NEEDED = ("watch_list", "code", "document", "document_date", "effective_from")
# Labels of the columns.
WORDS = {
    "watch_list": pgettext_lazy("watch list", "List"),
    "code": gettext_lazy("Entry"),
    "name_zh": pgettext_lazy("watch list", "Name in Chinese"),
    "name_en": gettext_lazy("Name in English"),
    "aliases": gettext_lazy("Other names"),
    "identifiers": gettext_lazy("Identifiers"),
    "country": gettext_lazy("Country or region"),
    "document": gettext_lazy("Document"),
    "document_date": gettext_lazy("Day of the document"),
    "effective_from": gettext_lazy("Valid from"),
    "effective_to": gettext_lazy("Last valid day"),
    "meaning_zh": gettext_lazy("Effect on an export, in Chinese"),
    "meaning_en": gettext_lazy("Effect on an export, in English"),
    "origins": gettext_lazy("Origin"),
    "transits": gettext_lazy("Transit"),
    "destinations": gettext_lazy("Destination"),
    "materials": gettext_lazy("Materials"),
    "verdict_from": gettext_lazy("Control verdict at least"),
    "owner": gettext_lazy("Desk that gets the work"),
    "addresses": pgettext_lazy("watch list", "Addresses"),
    "suspended_from": gettext_lazy("First day of the suspension"),
    "suspended_until": gettext_lazy("Last day of the suspension"),
}
DAYS = ("document_date", "effective_from", "effective_to", "suspended_from", "suspended_until")
ROUTES = ("origins", "transits", "destinations")
LISTS = ("aliases", "identifiers", *ROUTES, "materials", "addresses")
KEPT_BY_AGENCY = (WatchList.ROUTE, WatchList.OWN)
TEXTS = tuple(name for name in COLUMNS if name not in (*DAYS, *LISTS, "owner"))
TERMS = (*ROUTES, "materials", "verdict_from")
MOST = {field.name: field.max_length or 0 for field in Listing._meta.fields if isinstance(field, CharField)}


def row_of(listing: Listing) -> EntryRow:
    values: dict[str, Any] = {name: getattr(listing, name) for name in (*TEXTS, *DAYS)}
    pairs = tuple((scheme, value) for scheme, value in listing.identifiers)
    terms: dict[str, Any] = {name: tuple(getattr(listing, name)) for name in (*ROUTES, "materials", "addresses")}
    owner = listing.owner.code if listing.owner else ""
    return EntryRow(aliases=tuple(listing.aliases), identifiers=pairs, owner=owner, **values, **terms)


def columns_of(row: EntryRow) -> dict[str, Any]:
    """The row as columns of a listing, except its desk."""
    values = {name: value for name, value in asdict(row).items() if name != "owner"}
    lists = {name: list(values[name]) for name in LISTS}
    return values | lists | {"identifiers": [list(pair) for pair in row.identifiers]}


# Reading -------------------------------------------------------------------------------------------------------------
def read_rows(text: str) -> list[EntryRow]:
    """Parses the table. Several names or identifiers in a cell are separated by ";".

    Raises Invalid with every wrong line and column.
    """
    _headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=NEEDED, field="text")
    return _checked(lines)


def _checked(table: Lines) -> list[EntryRow]:
    offered: dict[str, set[str]] = {
        "watch_list": set(WatchList.values),
        "country": {"", *Country.objects.values_list("alpha3", flat=True)},
        "materials": {goods.material for goods in current().goods.values()},
        "verdict_from": {"", *ORDER[:-1]},
        "owner": {"", *Agency.objects.filter(agency__isnull=False).values_list("code", flat=True)},
    }
    errors, rows, places = list[FieldError](), list[EntryRow](), dict[str, int]()
    for line, typed in table.items():
        country = _text(typed, "country")
        cells = typed | {"country": country_code(country) or country}
        wrong = list(_wrong_in(cells, offered))
        if not wrong:
            row = _row(cells)
            first = places.setdefault(row.code, line)
            if first == line:
                rows.append(row)
            else:
                again = {"place": row.code, "line": first}
                wrong.append(FieldError("/code", "taken", _("%(place)s already appears in line %(line)d.") % again))
        lead = _("Line %(line)d: ") % {"line": line}
        errors += [FieldError("/text", error.code, f"{lead}{error.detail}") for error in wrong]
    if errors:
        raise Invalid(errors)
    return sorted(rows, key=lambda row: row.code)


def _wrong_in(cells: Mapping[str, str], offered: Mapping[str, set[str]]) -> Iterator[FieldError]:
    yield from _wrong_texts(cells, offered)
    yield from _wrong_terms(cells, offered)
    days = dict[str, date | None]()
    for name in DAYS:
        try:
            days[name] = _day(_text(cells, name))
        except ValueError:
            example = {"column": name, "example": "2026-03-01"}
            yield FieldError(f"/{name}", "format", _("%(column)s must have the form %(example)s.") % example)
    first, last = days.get("effective_from"), days.get("effective_to")
    if first and last and last < first:
        yield FieldError("/effective_to", "order", _("The last day is before the first."))
    since, until = days.get("suspended_from"), days.get("suspended_until")
    if until and (not since or until < since):
        yield FieldError("/suspended_until", "order", _("The last day is before the first."))


def _wrong_texts(cells: Mapping[str, str], offered: Mapping[str, set[str]]) -> Iterator[FieldError]:
    for name in NEEDED:
        if not _text(cells, name):
            yield FieldError(f"/{name}", "required", _("%(column)s is empty.") % {"column": name})
    if not (_text(cells, "name_zh") or _text(cells, "name_en")):
        yield FieldError("/name_zh", "required", _("An entry needs a name in Chinese or in English."))
    for name in ("watch_list", "country", "verdict_from", "owner"):
        value = _text(cells, name)
        if value and value not in offered[name]:
            yield _not_offered(name, value)
    for name in TEXTS:
        if len(_text(cells, name)) > MOST[name]:
            values = {"column": name, "most": MOST[name]}
            yield FieldError(f"/{name}", "max_length", _("%(column)s has at most %(most)d characters.") % values)
    for part in _parts(_text(cells, "identifiers")):
        scheme, colon, value = part.partition(":")
        if not (scheme.strip() and colon and normalize_identifier(value) and len(scheme) <= 20 and len(value) <= 120):
            detail = _("%(column)s must have the form %(example)s.")
            yield FieldError("/identifiers", "format", detail % {"column": "identifiers", "example": "IMO:9074729"})
    for name, most in (("aliases", 200), ("addresses", 300)):
        if any(len(part) > most for part in _parts(_text(cells, name))):
            values = {"column": name, "most": most}
            yield FieldError(f"/{name}", "max_length", _("%(column)s has at most %(most)d characters.") % values)


def _wrong_terms(cells: Mapping[str, str], offered: Mapping[str, set[str]]) -> Iterator[FieldError]:
    """A watched route has a desk and a term, an own entry a desk; other entries have neither."""
    for name in ROUTES:
        yield from (_not_offered(name, one) for one in read_route(_text(cells, name)) if one not in offered["country"])
    for one in _parts(_text(cells, "materials")):
        if one not in offered["materials"]:
            yield _not_offered("materials", one)
    terms = [name for name in TERMS if _text(cells, name)]
    kept = _text(cells, "watch_list") in KEPT_BY_AGENCY
    if kept and not _text(cells, "owner"):
        yield FieldError("/owner", "required", _("%(column)s is empty.") % {"column": "owner"})
    if _text(cells, "owner") and not kept:
        detail = _("%(column)s is only for watched routes and own entries.")
        yield FieldError("/owner", "route", detail % {"column": "owner"})
    if _text(cells, "watch_list") != WatchList.ROUTE:
        for name in terms:
            yield FieldError(f"/{name}", "route", _("%(column)s is only for watched routes.") % {"column": name})
    elif not terms:
        names = {"names": ", ".join(TERMS)}
        yield FieldError("/destinations", "required", _("A watched route needs one of: %(names)s.") % names)


def _not_offered(name: str, value: str) -> FieldError:
    detail = _("%(column)s: “%(value)s” is not on the list.") % {"column": name, "value": value[:40]}
    return FieldError(f"/{name}", "choice", detail)


def _row(cells: Mapping[str, str]) -> EntryRow:
    values: dict[str, Any] = {name: _text(cells, name) for name in TEXTS}
    values |= {name: _day(_text(cells, name)) for name in DAYS}
    pairs = (part.partition(":") for part in _parts(_text(cells, "identifiers")))
    numbers = tuple((scheme.strip().upper(), value.strip()) for scheme, _colon, value in pairs)
    values |= {name: tuple(dict.fromkeys(read_route(_text(cells, name)))) for name in ROUTES}
    values |= {name: _parts(_text(cells, name)) for name in ("aliases", "materials", "addresses")}
    return EntryRow(identifiers=numbers, owner=_text(cells, "owner"), **values)


def _text(cells: Mapping[str, str], name: str) -> str:
    return cells.get(name, "")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.replace("；", ";").split(";") if part.strip()))


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


# Writing -------------------------------------------------------------------------------------------------------------
def write_rows(rows: Iterable[EntryRow]) -> str:
    """Writes the table that `read_rows` reads."""
    return csv_file([COLUMNS, *(list(cells_of(row).values()) for row in rows)]).decode("utf-8-sig")


def cells_of(row: EntryRow) -> dict[str, str]:
    values: dict[str, Any] = {name: getattr(row, name) or "" for name in COLUMNS}
    values |= {name: "; ".join(getattr(row, name)) for name in LISTS if name != "identifiers"}
    values["identifiers"] = "; ".join(f"{scheme}:{value}" for scheme, value in row.identifiers)
    return {name: str(value) for name, value in values.items()}


# Comparing -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class EntryChange:
    """The change of one entry; `lines` are the columns that differ, with old and new text."""

    code: str
    old: EntryRow | None
    new: EntryRow
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.code

    @property
    def is_new(self) -> bool:
        return self.old is None

    @property
    def labelled_lines(self) -> list[tuple[Any, str, str]]:
        return [(WORDS[name], _text_of(name, old), _text_of(name, new)) for name, old, new in self.lines]


def changes(rows: Iterable[EntryRow]) -> list[EntryChange]:
    """Compares the rows with the current versions. Entries that the table does not contain are unchanged."""
    listed = list(rows)
    latest = Listing.objects.current_versions().filter(code__in=[row.code for row in listed]).select_related("owner")
    current = {listing.code: row_of(listing) for listing in latest}
    return [_change(current.get(row.code), row) for row in listed if current.get(row.code) != row]


def _text_of(name: str, cell: str) -> str:
    if cell and name == "watch_list":
        return str(WatchList(cell).label)
    if cell and name == "verdict_from":
        return str(VERDICTS[cell])
    if cell and name in ROUTES:
        return ", ".join(country_name(code) for code in _parts(cell))
    return country_name(cell) if cell and name == "country" else cell


def _change(old: EntryRow | None, new: EntryRow) -> EntryChange:
    before, after = cells_of(old) if old else {}, cells_of(new)
    lines = [(name, before.get(name, ""), after[name]) for name in COLUMNS if before.get(name, "") != after[name]]
    return EntryChange(new.code, old, new, lines)


def changes_digest(found: Iterable[EntryChange]) -> str:
    """A digest of the changes, to verify that the person has seen them."""
    return content_digest([[change.code, change.lines] for change in found])
