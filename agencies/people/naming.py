"""Names of people: as search texts, named to their own agency only, and of the reader on what they take out."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.search_parts import Phrase
from agencies.organisations.models import Agency

from .models import User


def handler_phrase(person: User | None, agency_id: int) -> Phrase:
    """The handler at this agency by name in both languages; an empty text without one."""
    name = f"{person.name_zh} {person.name_en}" if person else ""
    return Phrase(_("Handler"), name, "name", agency_id=agency_id)


def reader_named(actor: Actor) -> dict[str, str]:
    """`who` and `agency` of the reader in their language, for the mark on files and prints. A system has one name."""
    person = User.objects.get(pk=actor.id) if actor.kind == "user" else None
    agency = person.agency if person else Agency.objects.get(pk=actor.own_agency)
    return {"who": person.name if person else actor.name, "agency": agency.name}


SHOWN = frozenset({"id", "username", "name_zh", "name_en", "agency", "is_active"})


def names_only(rows: Any, related: Iterable[str]) -> Any:
    """The rows with the names of their people, where `related` are the paths that are read with them: a row of a list
    needs nothing else of an account."""
    for path in related:
        model = rows.model
        for name in path.split("__"):
            model = model._meta.get_field(name).remote_field.model
        if model is User:
            rows = rows.defer(*(f"{path}__{one.name}" for one in User._meta.concrete_fields if one.name not in SHOWN))
    return rows


def scoped_name(agency: Agency, name: str) -> str:
    """Returns a sign-in name prefixed with the agency code, so that a taken name reveals nothing about other
    agencies.
    """
    prefix = agency.code.lower().replace("_", "-") + "."
    return name if name.startswith(prefix) else prefix + name
