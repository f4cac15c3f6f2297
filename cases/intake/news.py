"""What is new in a lead that is on a case, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from cases.casefile.resting import may_rest_on
from cases.casefile.rows import ITEM, PARTY, SHIPMENT, RowKind
from cases.controls.models import Country

from .diff import aligned
from .labels import ROWS_BY_CODE, names_of, pointer_label, row_label, value_label
from .models import Content, Contribution, Lead

PARTS: dict[str, RowKind] = {"parties": PARTY, "items": ITEM, "shipments": SHIPMENT}
OTHER_NAMES = {"customs_district": "district"}  # field of a report → column of the case
NESTED = ("identifiers", "legs")  # fields of a report that are rows of their own on the case
# Fields of the report that the case took over when it was made of the lead.
HEADS = {"narrative": "summary", "severity": "severity"}


@dataclass(frozen=True)
class LeadDifference:
    """One field or row that differs. `key` is its JSON pointer; `now` is the value on the case, "" for a new row."""

    key: str
    label: str
    before: str
    after: str
    now: str = ""

    def __str__(self) -> str:
        now = _("now on the case: %(value)s") % {"value": self.now} if self.now and self.now != self.before else ""
        return f"{self.label}: {self.before or '–'} → {self.after or '–'}{f' ({now})' if now else ''}"


@dataclass(frozen=True)
class RowPair:
    """One row of the report in the settled and the newest revision, and the row of the case that came of it."""

    part: str
    old: int | None
    new: int | None
    before: Content
    after: Content
    contribution: Contribution | None
    row: Any

    @property
    def key(self) -> str:
        return f"/{self.part}/{self.old if self.new is None else self.new}"

    def fields(self) -> Iterator[str]:
        """Fields of the report that differ and that the case has a column or rows for."""
        for name in dict.fromkeys([*self.before, *self.after]):
            known = name in NESTED or OTHER_NAMES.get(name, name) in PARTS[self.part].columns
            if known and self.before.get(name) != self.after.get(name):
                yield name


class RevisionsOnCase:
    """The settled and the newest revision of a lead on a case. Both are read once."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead
        self.settled = lead.settled_revision or 0
        wanted = (self.settled, lead.revision)
        held = {one.number: one.content for one in lead.revisions.filter(number__in=wanted)}
        self.old: Content = held.get(self.settled, {})
        self.new: Content = held.get(lead.revision, {})

    @cached_property
    def pairs(self) -> list[RowPair]:
        """Rows in both revisions. A row that was not carried over to the case has no row there."""
        given = self.lead.contributions.filter(withdrawn_at=None, revision=self.settled)
        known = {one.pointer: one for one in given}
        return [
            self._pair(part, old, new, known)
            for part in PARTS
            for old, new in aligned(self.old.get(part, []), self.new.get(part, []))
        ]

    def _pair(self, part: str, old: int | None, new: int | None, known: Mapping[str, Contribution]) -> RowPair:
        before = {} if old is None else self.old[part][old]
        after = {} if new is None else self.new[part][new]
        given = known.get(f"/{part}/{old}")
        row = PARTS[part].model.objects.filter(pk=given.row_id).first() if given else None
        return RowPair(part, old, new, before, after, given, row)

    @cached_property
    def news(self) -> list[LeadDifference]:
        return [*self._heads(), *(one for pair in self.pairs for one in self._of_row(pair))]

    def _heads(self) -> Iterator[LeadDifference]:
        for name in (*(HEADS if self.led_here else ()), "techniques"):
            before, after = self.old.get(name), self.new.get(name)
            if before != after:
                texts = (_text(value, name) for value in (before, after))
                yield LeadDifference(f"/{name}", pointer_label(name), *texts)

    @property
    def led_here(self) -> bool:
        """Whether the case was made of this lead and is still led by its agency, which writes its summary."""
        lead = self.lead
        return lead.state == Lead.State.PROMOTED and lead.case is not None and lead.case.lead_id == lead.agency_id

    def _of_row(self, pair: RowPair) -> Iterator[LeadDifference]:
        label = pointer_label(pair.key)
        if pair.old is None:
            yield LeadDifference(pair.key, label, "", row_label(pair.part, pair.new or 0, pair.after))
        elif pair.row is None:  # it was not carried over, or was removed from the case
            return
        elif pair.new is None:
            yield LeadDifference(pair.key, label, row_label(pair.part, pair.old, pair.before), "", str(pair.row))
        else:
            values = PARTS[pair.part].values(pair.row)
            for name in pair.fields():
                before, after = (_text(content.get(name), name) for content in (pair.before, pair.after))
                now = "" if name in NESTED else _text(values[OTHER_NAMES.get(name, name)], name)
                yield LeadDifference(f"{pair.key}/{name}", pointer_label(f"{pair.key}/{name}"), before, after, now)


def _text(value: Any, name: str) -> str:
    if name == "identifiers":
        return " · ".join(f"{one.get('scheme', '')} {one['value']}".strip() for one in value or [])
    if name == "legs":
        return " · ".join(map(_leg_text, value or []))
    codes = value if isinstance(value, list) else [value]
    names = names_of(*ROWS_BY_CODE[name], codes) if name in ROWS_BY_CODE else {}
    return value_label(value, name, names)


def _leg_text(leg: Content) -> str:
    """The values of a leg in the order of the contract."""
    names = names_of(Country, "alpha3", [leg.get("from_country"), leg.get("to_country")])
    return ", ".join(value_label(value, name, names) for name, value in leg.items())


def rows_concerned(lead: Lead, chosen: Iterable[str]) -> list[Any]:
    """Rows of the case that the chosen news change or remove."""
    wanted = set(chosen)
    return [
        pair.row
        for pair in RevisionsOnCase(lead).pairs
        if pair.row is not None and any(key == pair.key or key.startswith(f"{pair.key}/") for key in wanted)
    ]


def rests(lead: Lead, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    """What rests on the rows that the chosen news change."""
    rows = rows_concerned(lead, answers.get("news") or ())
    return list(dict.fromkeys(name for row in rows for name in may_rest_on(row, actor)))


def before(lead: Lead, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The revision, and the versions of the rows that the chosen news change."""
    rows = rows_concerned(lead, answers.get("news") or ())
    return {"revision": lead.revision, **{str(row.pk): row.version for row in rows}}
