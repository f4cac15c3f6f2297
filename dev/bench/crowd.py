"""Many people for the benchmark, signed in and with unread notifications.

What a process keeps for each person, and what each notification costs on every page, shows only with many of both.
"""

from itertools import islice

from django.test import Client

from agencies.journal.models import Event
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.messaging.notifications.actions import PersonalNews, add_to_inbox
from coordination.messaging.notifications.models import NoticeReason

from .asking import Visitor

UNREAD = 300  # notifications of each person
TOGETHER = 20  # people whose notifications are written at once


def accounts(username: str, count: int) -> list[User]:
    """Copies of an account of the demonstration, with its roles and offices."""
    pattern = User.objects.get(username=username)
    before = User.objects.filter(username__startswith=f"{username}.").count()
    people = User.objects.bulk_create(
        User(
            username=f"{username}.{number + before}",
            agency=pattern.agency,
            name_zh=pattern.name_zh,
            name_en=pattern.name_en,
            is_demo=True,
        )
        for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(user=person, unit=held.unit, role=held.role, since=held.since, effective_at=held.effective_at)
        for held in pattern.memberships.select_related("unit")
        for person in people
    )
    OfficeHolder.objects.bulk_create(
        OfficeHolder(
            user=person,
            agency=held.agency,
            is_acting=held.is_acting,
            is_deputy=held.is_deputy,
            document=held.document,
            since=held.since,
            effective_at=held.effective_at,
        )
        for held in pattern.offices.select_related("agency")
        for person in people
    )
    return people


def crowd(username: str, count: int) -> list[User]:
    """Such copies with unread notifications about cases that they see."""
    people = accounts(username, count)
    pattern = User.objects.get(username=username)
    seen = Case.objects.visible_to(actor_for(pattern)).order_by("-updated_at")[:UNREAD]
    events = Event.objects.filter(object_kind="case", object_id__in=[case.pk for case in seen]).order_by("-id")[:UNREAD]
    waiting = iter(people)
    while together := list(islice(waiting, TOGETHER)):
        add_to_inbox(PersonalNews(event, person.pk, NoticeReason.ASSIGNED) for event in events for person in together)
    return people


def signed_in(port: int, people: list[User]) -> list[Visitor]:
    """Without their passwords, because checking one takes a fifth of a second."""
    visitors = []
    for person in people:
        client = Client(headers={"accept-language": "zh-CN"}, SERVER_NAME="127.0.0.1")
        client.force_login(person, backend="agencies.people.backend.Backend")
        visitor = Visitor(port)
        visitor.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        visitors.append(visitor)
    return visitors
