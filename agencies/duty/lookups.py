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
from agencies.organs.models import Agency
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


def on_duty(organ: Agency, at: datetime | None = None) -> list[Post]:
    """Who sits at the desks of the organ, or of this one unit."""
    posts = posts_in([organ.organ_id or organ.pk], at).get(organ.organ_id or organ.pk, [])
    return [post for post in posts if not post.shift.on_call and (organ.is_organ or post.shift.desk_id == organ.pk)]


def deputy_of(person: User, at: datetime | None = None) -> User | None:
    """Who stands in for him: himself while he is here; None if he is away and so is everybody after him."""
    return stands_in(person, absences_in([person.organ_id], at))


def posts_in(organs: Iterable[int], at: datetime | None = None) -> Mapping[int, list[Post]]:
    """Every manned desk of these organs, on-call approvers included, by organ: one query, and a second where somebody
    is away. Whoever is away and has nobody to stand in mans nothing."""
    wanted = set(organs)
    if not wanted:
        return {}
    at = at or times.now()
    manned: dict[int, list[Post]] = defaultdict(list)
    running = Shift.objects.of_organs(wanted).running(at).filter(person__is_active=True)
    is_away = Exists(Absence.objects.at(at).filter(person=OuterRef("person")))
    named = running.annotate(is_away=is_away).select_related("desk__organ", "person")
    shifts: list[Any] = list(named.order_by("desk__id", "starts_at", "id"))
    away = absences_in(wanted, at) if any(shift.is_away for shift in shifts) else {}
    for shift in shifts:
        person = stands_in(shift.person, away)
        # Approving does not pass on with a leave: only the responsible person, or who leads, may (D310 art. 5).
        if person is not None and (person == shift.person or not shift.on_call):
            instead_of = None if person == shift.person else shift.person
            manned[shift.desk.organ_id or shift.desk_id].append(Post(shift, person, instead_of))
    return manned


def first_on_duty(organs: Iterable[int | None], at: datetime | None = None) -> dict[int, Post]:
    """Whom to ring up about a matter of each organ that nobody has in hand: the organ's own desk before its units'."""
    found = posts_in({organ for organ in organs if organ is not None}, at)
    first = {}
    for organ, posts in found.items():
        desks = sorted((post for post in posts if not post.shift.on_call), key=lambda post: post.shift.desk_id != organ)
        if desks:
            first[organ] = desks[0]
    return first


def approver_among(posts: Iterable[Post]) -> Post | None:
    return next((post for post in posts if post.shift.on_call), None)


def mans_for(actor: Actor) -> set[UUID]:
    """Himself, and everybody in whose place he stands today."""
    own = UUID(actor.id)
    away = absences_in([actor.own_organ])
    absent = User.objects.filter(pk__in=away)
    return {own, *(one.pk for one in absent if (deputy := stands_in(one, away)) is not None and deputy.pk == own)}


def absences_in(organs: Iterable[int], at: datetime | None = None) -> dict[UUID, User | None]:
    """Everybody of these organs who is away, and who stands in for each."""
    away = Absence.objects.at(at or times.now()).filter(person__organ__in=set(organs)).select_related("deputy")
    return {absence.person_id: absence.deputy for absence in away}


def stands_in(person: User, away: Mapping[UUID, User | None]) -> User | None:
    """Along the deputies until somebody is here. Two who stand in for one another are both away."""
    passed: set[UUID] = set()
    here: User | None = person
    while here is not None and (here.pk in away or not here.is_active):
        if here.pk in passed:
            return None
        passed.add(here.pk)
        here = away.get(here.pk)
    return here
