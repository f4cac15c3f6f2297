"""The page of exercises: progress in the course, and the next step."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import resource_of

from .courses import COURSES, Course, Exercise, PracticeMatter
from .staging import matter_of, stage


@page(CASE_READER)
def training(request: HttpRequest) -> HttpResponse:
    """The course follows from the person's role."""
    shown = [_shown(course, actor_of(request)) for course in _courses_of(actor_of(request))]
    return render(request, "training/training.html", {"courses": shown})


@page(CASE_READER)
@require_POST
def training_reset(request: HttpRequest) -> HttpResponse:
    course = next((one for one in _courses_of(actor_of(request)) if one.key == request.POST.get("course")), None)
    if course is None:
        raise Http404
    stage(course)
    messages.success(request, _("A fresh matter is ready."))
    return redirect("training")


def _courses_of(actor: Actor) -> list[Course]:
    if not settings.TRAINING:
        raise Http404
    return [course for course in COURSES if course.is_for(actor)]


def _shown(course: Course, actor: Actor) -> dict[str, Any]:
    matter = matter_of(course)
    rows = [_row(exercise, matter, actor) for exercise in course.exercises] if matter else []
    following = next((row for row in rows if row["done"] is False), None)
    if following:
        following["next"] = True
    done, counted = sum(row["done"] is True for row in rows), sum(row["done"] is not None for row in rows)
    return {"course": course, "rows": rows, "done": done, "counted": counted}


def _row(exercise: Exercise, matter: PracticeMatter, actor: Actor) -> dict[str, Any]:
    about = exercise.about(matter)
    in_sight = about is not None and resource_of(about).model.objects.visible_to(actor).filter(pk=about.pk).exists()
    return {
        "words": exercise.words,
        "hint": exercise.hint,
        "url": resource_of(about).url(about) if about is not None and in_sight else "",
        "done": exercise.is_done(matter) if exercise.is_done else None,
        "next": False,
    }
