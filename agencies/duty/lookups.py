"""Who is on duty, who approves, who stands in: answers, no writes. Each costs the same however many are asked about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User

from .models import Absence, Shift


@dataclass(frozen=True)
class Post:
    """One desk as it is really manned: `person` is who answers, `instead_of` whom he stands in for."""

    shift: Shift
    person: User
    instead_of: User | None = None

    on_duty = True  # told apart in a template from somebody who handles the matter

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def phone(self) -> str:
        """Of the desk where the roster names one; a deputy answers there too."""
        return self.shift.phone or self.person.phone

    @property
    def desk(self) -> str:
        return self.shift.desk.name


def on_duty(agency: Agency, at: datetime | None = None) -> list[Post]:
    """Who sits at the desks of the agency, or of this one unit."""
    posts = posts_in([agency.agency_id or agency.pk], at).get(agency.agency_id or agency.pk, [])
    return [post for post in posts if not post.shift.on_call and (agency.is_agency or post.shift.desk_id == agency.pk)]


def deputy_of(person: User, at: datetime | None = None) -> User | None:
    """Who stands in for him: himself while he is here; None if he is away and so is everybody after him."""
    return resolve_deputy(person, absences_in([person.agency_id], at))


def posts_in(agencies: Iterable[int], at: datetime | None = None) -> Mapping[int, list[Post]]:
    """Every manned desk of these agencies, on-call approvers included, by agency: one query, and a second where
    somebody is away. Whoever is away and has nobody to stand in mans nothing."""
    wanted = set(agencies)
    if not wanted:
        return {}
    at = at or times.now()
    manned: dict[int, list[Post]] = defaultdict(list)
    running = Shift.objects.of_agencies(wanted).running(at).filter(person__is_active=True)
    is_away = Exists(Absence.objects.at(at).filter(person=OuterRef("person")))
    named = running.annotate(is_away=is_away).select_related("desk__agency", "person")
    shifts: list[Any] = list(named.order_by("desk__id", "starts_at", "id"))
    away = absences_in(wanted, at) if any(shift.is_away for shift in shifts) else {}
    for shift in shifts:
        person = resolve_deputy(shift.person, away)
        # Approving does not pass on with a leave: only the responsible person, or who leads, may (D310 art. 5).
        if person is not None and (person == shift.person or not shift.on_call):
            instead_of = None if person == shift.person else shift.person
            manned[shift.desk.agency_id or shift.desk_id].append(Post(shift, person, instead_of))
    return manned


def first_on_duty(agencies: Iterable[int | None], at: datetime | None = None) -> dict[int, Post]:
    """Whom to ring up about a matter of each agency that nobody has in hand: the agency's own desk before its
    units'."""
    found = posts_in({agency for agency in agencies if agency is not None}, at)
    first = {}
    for agency, posts in found.items():
        desks = sorted(
            (post for post in posts if not post.shift.on_call), key=lambda post: post.shift.desk_id != agency
        )
        if desks:
            first[agency] = desks[0]
    return first


def approver_among(posts: Iterable[Post]) -> Post | None:
    return next((post for post in posts if post.shift.on_call), None)


def represented_people(actor: Actor) -> set[UUID]:
    """Himself, and everybody in whose place he stands today."""
    own = UUID(actor.id)
    away = absences_in([actor.own_agency])
    absent = User.objects.filter(pk__in=away)
    return {own, *(one.pk for one in absent if (deputy := resolve_deputy(one, away)) is not None and deputy.pk == own)}


def absences_in(agencies: Iterable[int], at: datetime | None = None) -> dict[UUID, User | None]:
    """Everybody of these agencies who is away, and who stands in for each."""
    away = Absence.objects.at(at or times.now()).filter(person__agency__in=set(agencies)).select_related("deputy")
    return {absence.person_id: absence.deputy for absence in away}


def resolve_deputy(person: User, away: Mapping[UUID, User | None]) -> User | None:
    """Along the deputies until somebody is here. Two who stand in for one another are both away."""
    passed: set[UUID] = set()
    here: User | None = person
    while here is not None and (here.pk in away or not here.is_active):
        if here.pk in passed:
            return None
        passed.add(here.pk)
        here = away.get(here.pk)
    return here
