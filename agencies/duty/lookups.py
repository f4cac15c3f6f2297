"""Who is on duty, who approves and who is the deputy. Read only; queries do not grow with the number of agencies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User

from .models import Absence, Shift


@dataclass(frozen=True)
class Post:
    """One staffed desk. `person` answers; `instead_of` is the absent person they represent."""

    shift: Shift
    person: User
    instead_of: User | None = None

    on_duty = True  # lets a template distinguish it from a person who handles the matter

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def phone(self) -> str:
        """The number of the desk where the roster names one. A deputy answers there too."""
        return self.shift.phone or self.person.phone

    @property
    def desk(self) -> str:
        return self.shift.desk.name


def on_duty(agency: Agency, at: datetime | None = None) -> list[Post]:
    """Returns the staffed desks of the agency, or of this one unit. On-call approvers are left out."""
    posts = posts_in([agency.agency_id or agency.pk], at).get(agency.agency_id or agency.pk, [])
    return [post for post in posts if not post.shift.on_call and (agency.is_agency or post.shift.desk_id == agency.pk)]


def deputy_of(person: User, at: datetime | None = None) -> User | None:
    """Returns who acts for the person: the person unless absent, else the first present deputy, or None."""
    return resolve_deputy(person, absences_in([person.agency_id], at))


def posts_in(agencies: Iterable[int], at: datetime | None = None) -> Mapping[int, list[Post]]:
    """Returns every staffed desk of these agencies by agency, on-call approvers included.

    It takes two queries. An absent person without a deputy staffs no desk.
    """
    wanted = set(agencies)
    if not wanted:
        return {}
    at = at or times.now()
    staffed: dict[int, list[Post]] = defaultdict(list)
    running = Shift.objects.filter(desk__agency__in=wanted, person__is_active=True).running(at)
    shifts = list(running.select_related("desk__agency", "person").order_by("desk__id", "starts_at", "id"))
    away = absences_in(wanted, at) if shifts else {}
    for shift in shifts:
        person = resolve_deputy(shift.person, away)
        # Approval is not delegated to a deputy: only the responsible person or a lead may approve (D310 art. 5).
        if person is not None and (person == shift.person or not shift.on_call):
            instead_of = None if person == shift.person else shift.person
            staffed[shift.desk.agency_id or shift.desk_id].append(Post(shift, person, instead_of))
    return staffed


def first_on_duty(agencies: Iterable[int | None], at: datetime | None = None) -> dict[int, Post]:
    """Returns whom to call about a matter without a handler, by agency.

    The agency's own desk comes before its units'.
    """
    found = posts_in({agency for agency in agencies if agency is not None}, at)
    first = {}
    for agency, posts in found.items():
        desks = sorted(
            (post for post in posts if not post.shift.on_call), key=lambda post: post.shift.desk_id != agency
        )
        if desks:
            first[agency] = desks[0]
    return first


def represented_people(actor: Actor) -> set[UUID]:
    """Returns the ids of the actor and of everyone the actor represents today."""
    own = UUID(actor.id)
    away = absences_in([actor.own_agency])
    absent = User.objects.filter(pk__in=away)
    return {own, *(one.pk for one in absent if (deputy := resolve_deputy(one, away)) is not None and deputy.pk == own)}


def absences_in(agencies: Iterable[int], at: datetime | None = None) -> dict[UUID, User | None]:
    """Returns the absent people of these agencies, each with their deputy."""
    away = Absence.objects.at(at or times.now()).filter(person__agency__in=set(agencies)).select_related("deputy")
    return {absence.person_id: absence.deputy for absence in away}


def resolve_deputy(person: User, away: Mapping[UUID, User | None]) -> User | None:
    """Follows the deputies until one is present. Two people who are each other's deputy and both absent yield None."""
    visited: set[UUID] = set()
    candidate: User | None = person
    while candidate is not None and (candidate.pk in away or not candidate.is_active):
        if candidate.pk in visited:
            return None
        visited.add(candidate.pk)
        candidate = away.get(candidate.pk)
    return candidate
