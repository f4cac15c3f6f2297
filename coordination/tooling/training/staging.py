"""Prepares practice matters by the actions of the product, and finds the present one."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import resource_of
from agencies.kernel.work import atomic
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.clocks.jobs import sweep
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from cases.intake.serializers import occurred_of, validate_report
from cases.proceedings.models import Suspect
from coordination.documents.signing import with_papers
from coordination.messaging.notifications.jobs import drain

from .courses import COURSES, SOURCE, Course, PracticeMatter, PreparationStep

OPENING = time(9, 30)
BETWEEN_STEPS = timedelta(minutes=7)


def refuse_elsewhere() -> None:
    """Raises ImproperlyConfigured unless this is a training system whose database has no real people."""
    if not settings.TRAINING:
        raise ImproperlyConfigured("Practice matters are created in a training system only: set ENVIRONMENT=training.")
    if User.objects.filter(is_demo=False).exists():
        raise ImproperlyConfigured(
            "This database has accounts of real people. A training system needs another: set DATA_DIR or DATABASE_URL."
        )


def stage_all() -> int:
    """Prepares a matter for every course without one. Returns how many."""
    missing = [course for course in COURSES if not _leads(course).exists()]
    for course in missing:
        stage(course)
    return len(missing)


def stage(course: Course) -> None:
    """Prepares a fresh matter and ends the previous one, because the journal is never rolled back."""
    refuse_elsewhere()
    with atomic():
        _prepare(course, _leads(course).count() + 1, now=times.now())
    sweep()
    drain()


def _prepare(course: Course, number: int, *, now: datetime) -> None:
    agency, at = Agency.objects.get(code=course.agency), _opening(now, course.received)
    content = validate_report(course.report(number))
    lead, _is_new = receive_lead(
        content, actor=_machine(agency), agency=agency, occurred=occurred_of(content), happened_at=at
    )
    things: dict[str, Any] = {"lead": lead}
    for step in course.steps:
        # Steps of one day are minutes apart, and none is in the future.
        at = min(max(_opening(now, step.days_ago), at + BETWEEN_STEPS), now)
        made = _perform(step, things[step.on], at=at, now=now)
        if step.makes:
            things[step.makes] = made


def _opening(now: datetime, days_ago: int) -> datetime:
    day = timezone.localdate(now) - timedelta(days=days_ago)
    return min(timezone.make_aware(datetime.combine(day, OPENING)), now)


def _machine(agency: Agency) -> Actor:
    """The reporting system. It has no key, so it cannot be used from outside."""
    client, _is_new = ApiClient.objects.get_or_create(agency=agency, name=SOURCE, defaults={"sources": [SOURCE]})
    return Actor(
        kind="machine",
        id=str(client.pk),
        name=client.name,
        agency_id=agency.pk,
        agency_code=agency.code,
        agency_name=agency.name_zh,
        line=agency.line,
        scopes=frozenset({ApiKey.Scope.LEADS_WRITE}),
        sources=frozenset(client.sources),
    )


def _perform(step: PreparationStep, thing: Any, *, at: datetime, now: datetime) -> Any:
    """Returns what the step made."""
    thing.refresh_from_db()
    answers = dict(_answers(step.answers, now))
    if now - at > times.PAPER_AFTER / 2:  # half of it, because preparing takes time
        answers["paper"] = f"{timezone.localdate(at)}工作记录"
    actor, registered, answers = _person(step.who), resource_of(thing), {**answers, "happened_at": at}
    with with_papers(registered, thing, step.verb, actor=actor, has_read=True, given=answers):
        result = registered.actions_of(thing)[step.verb](thing, actor=actor, **answers)
    if step.verb != "promote":
        return result
    thing.refresh_from_db()
    # The only direct write, because no action marks a case as invented.
    Case.objects.filter(pk=thing.case_id).update(is_synthetic=True, updated_at=now)
    return Case.objects.get(pk=thing.case_id)


def _answers(answers: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        match name:
            case "team":
                yield name, [_person(username).id for username in value]
            case "due_in":
                yield "due_at", now + timedelta(hours=value)
            case _:
                yield name, value


def _person(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))


def _leads(course: Course) -> "QuerySet[Lead]":
    return Lead.objects.filter(source_system=SOURCE, source_ref__startswith=f"{course.key}-")


def matter_of(course: Course) -> PracticeMatter | None:
    lead = _leads(course).select_related("case").order_by("-created_at").first()
    if lead is None:
        return None
    case = lead.case
    if case is None:
        return PracticeMatter(lead, None, None, None, None)
    by_hand = case.tasks.filter(source=None)
    suspect = Suspect.objects.filter(proceeding__case=case).order_by("created_at").first()
    return PracticeMatter(
        lead,
        case,
        case.proceedings.order_by("created_at").first(),
        case.referrals.order_by("created_at").first(),
        by_hand.order_by("created_at").first(),
        suspect,
        suspect.measures.order_by("created_at").first() if suspect else None,
    )
