"""The officer in whose name a connected system acts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.kernel.action_fields import SIGNER
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.organisations.models import Agency
from agencies.people.models import User


@dataclass(frozen=True)
class NamedOfficer:
    """The officer as the journal names them; `person` is None where the agency's people have no accounts."""

    name: str
    person: User | None = None

    @property
    def as_note(self) -> dict[str, str]:
        return {"signed_by": self.name, **({"signer": str(self.person.pk)} if self.person else {})}


def officer_named(named: str, *, machine: Actor) -> NamedOfficer:
    """Finds the officer by user name or staff number. Where the agency's people do not use this system, the words of
    the system name the officer. Raises Invalid."""
    person = colleague_named(named, machine=machine)
    if person is not None:
        return NamedOfficer(person.name_zh or person.name_en, person)
    if Agency.objects.filter(pk=machine.own_agency, signs_in=True).exists():
        raise unknown_officer()
    return NamedOfficer(named)


def colleague_named(named: str, *, machine: Actor) -> User | None:
    """The person of the system's agency with this user name or, if there is none, this staff number."""
    people = User.objects.filter(agency=machine.own_agency, is_active=True)
    return people.filter(username=named).first() or people.filter(staff_number=named).exclude(staff_number="").first()


def unknown_officer() -> Invalid:
    detail = _("No person of your agency has this user name or staff number.")
    return Invalid.field(SIGNER.name, "officer", detail)
