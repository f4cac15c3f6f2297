"""What a typical case may not name: the facts of its case, and what is sealed about it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Identifier, Item, Party, Shipment
from coordination.exchange.confidential.models import ConfidentialLetter

from .finding import ADDRESS, COMPANY, IDENTIFIER, NAME, PERSON, PLACE, VESSEL, ProtectedTerm, occurrences

SHORTEST = 2  # a single letter or character names nothing
OF = {Party.Kind.PERSON: PERSON, Party.Kind.VESSEL: VESSEL}
KEYS_OF_NAMES = ("name", "contact", "informant", "reporter", "recipient", "owner", "consignee", "carrier")
KEYS_OF_NUMBERS = (
    "value",
    "number",
    "declaration_no",
    "licence_no",
    "phone",
    "vessel",
    "container",
    "container_no",
    "source_ref",
)


def terms_of(case: Case) -> list[ProtectedTerm]:
    """Names, identifiers, addresses and places of the case: present and removed rows, reports, and its people."""
    found: dict[tuple[str, str], ProtectedTerm] = {}
    for term in (*_of_rows(case), *_of_reports(case), *_of_people(case)):
        if len(term.word.strip()) >= SHORTEST:
            found.setdefault((term.word.strip().casefold(), term.kind), term)
    return sorted(found.values(), key=lambda term: -len(term.word))


def _of_rows(case: Case) -> Iterator[ProtectedTerm]:
    parties = list(Party.everything.filter(case=case))
    for place, party in enumerate(parties):
        yield ProtectedTerm(party.name, NAME, OF.get(Party.Kind(party.kind), COMPANY), place)
        yield ProtectedTerm(party.address, ADDRESS)
        yield ProtectedTerm(party.owner, NAME, COMPANY, place)
    for identifier in Identifier.everything.filter(party__in=parties):
        yield ProtectedTerm(identifier.value, IDENTIFIER)
    for item in Item.everything.filter(case=case):
        yield ProtectedTerm(item.recipient, NAME, COMPANY, len(parties))
    for shipment in Shipment.everything.filter(case=case).select_related("district").prefetch_related("legs"):
        yield ProtectedTerm(shipment.declaration_no, IDENTIFIER)
        yield ProtectedTerm(shipment.licence_no, IDENTIFIER)
        for leg in shipment.legs.all():
            yield from (ProtectedTerm(name, NAME, COMPANY, len(parties)) for name in (leg.consignee, leg.carrier))
            yield from (ProtectedTerm(number, IDENTIFIER) for number in (leg.container, leg.vessel))
        yield ProtectedTerm(shipment.port, PLACE)
        if shipment.district:
            yield from (ProtectedTerm(name, PLACE) for name in (shipment.district.name_zh, shipment.district.name_en))
    yield ProtectedTerm(case.number, IDENTIFIER)


def _of_reports(case: Case) -> Iterator[ProtectedTerm]:
    """Every revision of every lead, also where the case did not take over what it names."""
    for lead in case.leads.prefetch_related("revisions"):
        yield ProtectedTerm(lead.source_ref, IDENTIFIER)
        for revision in lead.revisions.all():
            yield from _in_content(revision.content)


def _in_content(value: Any, key: str = "") -> Iterator[ProtectedTerm]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _in_content(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _in_content(one, key)
    elif isinstance(value, str) and key in KEYS_OF_NAMES:
        yield ProtectedTerm(value, NAME)
    elif isinstance(value, str) and key in KEYS_OF_NUMBERS:
        yield ProtectedTerm(value, IDENTIFIER)
    elif isinstance(value, str) and key == "address":
        yield ProtectedTerm(value, ADDRESS)


def _of_people(case: Case) -> Iterator[ProtectedTerm]:
    """The officers of the matter, who may not be named either."""
    handlers = case.proceedings.values_list("handler", flat=True)
    teams = case.proceedings.values_list("team", flat=True)
    for user in User.objects.filter(pk__in={*handlers, *teams, *case.leads.values_list("officer", flat=True)} - {None}):
        yield from (ProtectedTerm(name, NAME, PERSON) for name in (user.name_zh, user.name_en))


def names_sealed_matter(case: Case, *texts: str) -> bool:
    """Whether a text names the official or the number of a confidential letter about the case.

    It is asked at publication only and answers without the word: highlighting it would tell an editor that there is a
    letter.
    """
    letters = ConfidentialLetter.objects.filter(case=case)
    words = [word for letter in letters for word in (*_first_words(letter.official), letter.number)]
    agencies = {name for one in Agency.objects.all() for name in (one.name_zh, one.name_en)}
    return any(
        occurrences(text, word) for word in words if len(word) >= SHORTEST and word not in agencies for text in texts
    )


def _first_words(official: str) -> list[str]:
    """The name before the post, and long numbers."""
    words = [word.strip() for word in re.split(r"[,，、;；:：（(\n]", official) if word.strip()]
    return [*words[:1], *re.findall(r"\d{6,}[\dXx]?", official)]
