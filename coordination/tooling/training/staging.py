"""Prepares practice matters, and finds the present one."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from agencies.kernel import times
from agencies.people.models import User
from cases.clocks.jobs import sweep
from cases.intake.models import Lead
from cases.proceedings.models import Suspect
from coordination.messaging.notifications.jobs import drain
from coordination.tooling.training.player import Player

from .courses import COURSES, SOURCE, Course, Matter


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
    return sum(1 for course in COURSES if not _leads(course).exists() and stage(course))


def stage(course: Course) -> bool:
    """Prepares a fresh matter and ends the previous one, because the journal is never rolled back."""
    refuse_elsewhere()
    played = Player(times.now()).play(course.script(_leads(course).count() + 1))
    sweep()
    drain()
    return played


def _leads(course: Course) -> "QuerySet[Lead]":
    return Lead.objects.filter(source_system=SOURCE, source_ref__startswith=f"{course.key}-")


def matter_of(course: Course) -> Matter | None:
    lead = _leads(course).select_related("case").order_by("-created_at").first()
    if lead is None:
        return None
    case = lead.case
    if case is None:
        return Matter(lead, None, None, None, None)
    by_hand = case.tasks.filter(source=None)
    suspect = Suspect.objects.filter(proceeding__case=case).order_by("created_at").first()
    return Matter(
        lead,
        case,
        case.proceedings.order_by("created_at").first(),
        case.referrals.order_by("created_at").first(),
        by_hand.order_by("created_at").first(),
        suspect,
        suspect.measures.order_by("created_at").first() if suspect else None,
    )
