"""All rights of a person as plain data, before and after a change."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from agencies.organisations.models import Agency

from .models import POSTS, Membership, OfficeHolder, User

ROLE_CHANGES = ("grant_role", "change_role", "end_role")
OFFICE_CHANGES = ("grant_office", "change_office", "end_office")
OF_HELD = ("change_role", "end_role", "change_office", "end_office")
GRANTS = ("grant_role", "grant_office")
ENABLING = "enable_account"  # with the rights that the account holds
ENDS = ("end_role", "end_office")


@dataclass(frozen=True)
class HeldRight:
    """A role in a unit, or an office of an agency. Days are ISO dates, empty where open. A requested one has id 0."""

    id: int
    name: str
    unit: str
    since: str
    until: str
    document: str = ""

    @property
    def is_office(self) -> bool:
        return self.name in POSTS

    @property
    def key(self) -> tuple[bool, int]:
        return self.is_office, self.id

    @property
    def place(self) -> str:
        """The name of the unit or agency; its code if it has none in the language."""
        unit = Agency.objects.with_code(self.unit)
        return unit.name if unit else self.unit

    @property
    def label(self) -> str:
        return str(POSTS[self.name] if self.is_office else Membership.Roles(self.name).label)


def rights_of(person: User) -> list[HeldRight]:
    """What the person holds now, roles first."""
    roles = person.memberships.not_ended().select_related("unit").order_by("pk")
    offices = person.offices.not_ended().select_related("agency").order_by("pk")
    return [*map(_of_role, roles), *map(_of_office, offices)]


def as_data(rights: Iterable[HeldRight]) -> list[dict[str, Any]]:
    return [asdict(one) for one in rights]


def from_data(rows: Iterable[Mapping[str, Any]]) -> list[HeldRight]:
    return [HeldRight(**row) for row in rows]


def after_change(before: list[HeldRight], operation: str, answers: Mapping[str, Any]) -> list[HeldRight]:
    """What the person would hold after the change. `answers` are those of the function of `actions` as texts."""
    if operation == ENABLING:
        return before
    until, document = answers.get("until", ""), answers.get("document", "")
    if operation in GRANTS:
        name = answers["role"] if operation == "grant_role" else answers["post"]
        return [*before, HeldRight(0, name, answers.get("unit", ""), "", until, document)]
    key = (operation in OFFICE_CHANGES, int(answers["held"]))
    held = next(one for one in before if one.key == key)
    if operation in ENDS:
        return [one for one in before if one is not held]
    changed = replace(held, unit=answers.get("unit") or held.unit, until=until, document=document or held.document)
    return [changed if one is held else one for one in before]


def is_of_office(operation: str, before: Iterable[HeldRight]) -> bool:
    """Whether the change concerns an office, or enables an account that holds one."""
    return operation in OFFICE_CHANGES or (operation == ENABLING and any(one.is_office for one in before))


def _of_role(held: Membership) -> HeldRight:
    return HeldRight(held.pk, held.role, held.unit.code, held.since.isoformat(), day_text(held.until))


def _of_office(held: OfficeHolder) -> HeldRight:
    since = held.since.isoformat()
    return HeldRight(held.pk, held.post, held.agency.code, since, day_text(held.until), held.document)


def day_text(day: date | None) -> str:
    return day.isoformat() if day else ""
