"""Walking objects through their actions, serial numbers, and the papers that steps require."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from cases.clocks.due_times import store_due_times
from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral
from dev.demo.scans import scan as drawn_scan

from ..kept_stories import story

PASSWORD = "correct horse battery staple"
NO_CRIME = {"no_crime_ground": "unproven", "reason": "Nothing was found"}  # a ground for concluding without proceeding
_serial = itertools.count(1001)  # as long as the numbers that people search for


def serial() -> int:
    return next(_serial)


def scan(words: str = "scanned") -> SimpleUploadedFile:
    """A PDF of one page."""
    return SimpleUploadedFile("scan.pdf", drawn_scan(words).read(), "application/pdf")


@story
def to_state(
    cast: Any, made: Referral, state: str, paths: dict[str, list[tuple[str, str, dict[str, Any]]]]
) -> Referral:
    """Performs the steps from a draft to `state`."""
    walk(cast, made, paths.get(state, []))
    assert made.state == state
    return made


def late_clock(about: Any, rule: str, days: int = 2) -> Clock:
    """The clock of this rule about an object, overdue by `days`."""
    running = Clock.objects.about(about).running().get(rule__code=rule)
    over = timezone.now() - timedelta(days=days)
    Clock.objects.filter(pk=running.pk).update(started_at=over - timedelta(days=30), due_at=over, breach_at=over)
    with atomic():
        store_due_times(about, running.case_id)
    return Clock.objects.get(pk=running.pk)


def running(thing: Any) -> set[str]:
    """The rules of the periods that run about an object."""
    return set(Clock.objects.running().about(thing).values_list("rule__code", flat=True))


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def with_paper(given: dict[str, Any]) -> dict[str, Any]:
    """Adds the paper that a backdated step requires."""
    return {"paper": "记录〔2026〕1号", **given} if "happened_at" in given else given


def walk(cast: Any, thing: Any, steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Performs (verb, who, answers) in order and refreshes the object after each."""
    for verb, who, given in steps:
        step(cast, thing, verb, who, given)


@story
def step(cast: Any, thing: Any, verb: str, who: str, given: dict[str, Any]) -> None:
    resource = next(n for n in RESOURCES.values() if isinstance(thing, n.model))
    resource.actions_of(thing)[verb](thing, actor=cast[who], **with_paper(given))
    thing.refresh_from_db()


@story
def act(cast: Any, who: str, action: Callable[..., Any], *given: Any, **answers: Any) -> Any:
    """The result of an action. As a story of its own, so that stories which begin alike have their beginning copied."""
    return action(*given, actor=cast[who], **answers)
