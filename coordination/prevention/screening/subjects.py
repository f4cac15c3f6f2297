"""Who is screened: parties of open cases, and parties named in leads that wait for triage.

A kind of subject is one declaration in `SUBJECTS`; another noun that names bodies adds its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.journal.digests import content_digest
from agencies.journal.models import Stream
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from cases.casefile.actions import locked_case
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Case, Party
from cases.controls.names import fold
from cases.controls.parties import ListEntry
from cases.intake.models import Content, Lead, Revision

OWNER = "owner"
"""The part of a party that is its owner, another body."""


@dataclass(frozen=True)
class ComparedSide:
    """What is compared of one side. `numbers` are in their compared form, `country` is alpha-3 or ""."""

    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    country: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same while nothing changes that was compared; the order of names does not matter."""
        return content_digest([sorted(self.names), sorted(self.numbers), self.country, sorted(self.addresses)])


@dataclass(frozen=True)
class NamedSubject:
    """A person or company named in a matter. `subject` is the id of the row with the name, `part` distinguishes several
    names in one row."""

    matter: UUID
    subject: UUID
    part: str
    side: ComparedSide


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """A kind of subject.

    `open` are the matters that are screened, each with a journal stream of the kind `stream`; `subjects(matters)` are
    all who are named in them. `column` is the column of a match with the matter. `locked(matter)` is a transaction that
    begins with the lock of the matter. `seen(actor)` is the condition for matches whose subject the actor reads, and
    `holder` the path from a match to the agency that holds the matter.
    """

    kind: str
    label: Text
    stream: str
    column: str
    open: Callable[[], QuerySet[Any]]
    subjects: Callable[[Collection[UUID]], Iterable[NamedSubject]]
    locked: Callable[[UUID], AbstractContextManager[Any]]
    seen: Callable[[Actor], Q]
    holder: Callable[[Any], int]


def side_of_entry(entry: ListEntry) -> ComparedSide:
    return ComparedSide(entry.names, entry.numbers, entry.country, entry.addresses)


# Parties of cases ----------------------------------------------------------------------------------------------------
def _parties(cases: Collection[UUID]) -> Iterator[NamedSubject]:
    rows = Party.objects.filter(case__in=cases).select_related("country").prefetch_related("identifiers")
    for party in rows.order_by("created_at", "pk"):
        numbers = tuple(sorted({one.key for one in party.identifiers.all()}))
        country = party.country.alpha3 if party.country else ""
        address = (party.address,) if party.address else ()
        yield NamedSubject(party.case_id, party.pk, "", ComparedSide((party.name,), numbers, country, address))
        if party.owner:
            yield NamedSubject(party.case_id, party.pk, OWNER, ComparedSide((party.owner,)))


PARTY = SubjectKind(
    kind="party",
    label=_("Party of a case"),
    stream=Stream.Kind.CASE,
    column="case_id",
    open=lambda: Case.objects.open(),
    subjects=_parties,
    locked=locked_case,
    seen=lambda actor: Q(case__in=Case.objects.contents_visible_to(actor).values("pk")),
    holder=lambda match: match.case.lead_id,
)


# Parties named in leads ----------------------------------------------------------------------------------------------
def _in_leads(leads: Collection[UUID]) -> Iterator[NamedSubject]:
    for revision in Revision.objects.filter(lead__in=leads, number=F("lead__revision")).order_by("lead"):
        yield from _in_report(revision.lead_id, revision.content)


def _in_report(lead: UUID, content: Content) -> Iterator[NamedSubject]:
    """A party is known by its name in the report, because a report numbers its parties anew each time."""
    found: dict[str, ComparedSide] = {}
    for party in content.get("parties") or []:
        values = [one["value"] for one in party.get("identifiers") or []]
        numbers = tuple(sorted({normalize_identifier(value) for value in values}))
        address = (party["address"],) if party.get("address") else ()
        for name, side in (
            (party.get("name"), ComparedSide((party.get("name") or "",), numbers, party.get("country") or "", address)),
            (party.get("owner"), ComparedSide((party.get("owner") or "",))),
        ):
            if name and (part := fold(name).text[:300]):
                found[part] = _joined(found[part], side) if part in found else side
    for part, side in found.items():
        yield NamedSubject(lead, lead, part, side)


def _joined(one: ComparedSide, other: ComparedSide) -> ComparedSide:
    return ComparedSide(
        tuple(dict.fromkeys((*one.names, *other.names))),
        tuple(sorted({*one.numbers, *other.numbers})),
        one.country or other.country,
        tuple(dict.fromkeys((*one.addresses, *other.addresses))),
    )


@contextmanager
def _locked_lead(lead: UUID) -> Iterator[Lead]:
    with atomic():
        yield Lead.objects.select_for_update(no_key=True).get(pk=lead)


IN_LEAD = SubjectKind(
    kind="lead",
    label=_("Party named in a lead"),
    stream=Stream.Kind.LEAD,
    column="lead_id",
    open=lambda: Lead.objects.to_triage(),
    subjects=_in_leads,
    locked=_locked_lead,
    seen=lambda actor: Q(lead__in=Lead.objects.visible_to(actor).values("pk")),
    holder=lambda match: match.lead.agency_id,
)

SUBJECTS: dict[str, SubjectKind] = {one.kind: one for one in (PARTY, IN_LEAD)}
