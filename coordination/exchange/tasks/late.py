"""Late tasks: those that are late by themselves and not with a period that is listed anyway."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.late import Late
from agencies.kernel.lookups import is_among
from cases.casefile.of_case import unrestricted
from cases.proceedings.models import Proceeding

from .models import Task, TaskQuerySet


def visible_tasks(actor: Actor) -> TaskQuerySet:
    if not actor.is_centre:
        return _late_by_themselves(Task.objects.visible_to(actor))
    ours: Any = Q(agency_id=actor.agency_id) | Q(asked_by_id=actor.agency_id)
    ours &= is_among(Task.objects.visible_to(actor), "pk")
    return _late_by_themselves(Task.objects.filter(unrestricted("case") | ours))


def _late_by_themselves(tasks: TaskQuerySet) -> TaskQuerySet:
    """A step of a referral is late with the referral's period, and a playbook step that follows a period of its own
    agency with that period."""
    own = Proceeding.objects.filter(pk=OuterRef("proceeding"), agency=OuterRef("agency"))
    return tasks.filter(source=None).exclude(~Q(follows="") & Q(Exists(own)))


LATE = Late(
    debtor="agency_id",
    handler="assignee_id",
    rows=visible_tasks,
    owed_to=lambda agency: Q(asked_by_id=agency),
    about=lambda task: _("Task"),
)
