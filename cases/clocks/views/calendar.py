"""The working calendar, and the import of a published schedule in two steps: preview and confirmation."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.calendar.models import CalendarDay
from agencies.calendar.schedule import compare
from agencies.kernel import times
from agencies.kernel.permissions import CALENDAR, actor_of, page
from cases.clocks.forms import ScheduleForm
from cases.clocks.recounting import import_and_recount

YEARS_AHEAD = 3


@dataclass(frozen=True)
class CalendarYear:
    """The calendar days known for a year."""

    number: int
    days: list[CalendarDay]

    @property
    def published(self) -> CalendarDay | None:
        return next((day for day in self.days if day.confirmed), None)

    @property
    def days_off(self) -> int:
        return sum(day.kind == CalendarDay.Kind.DAY_OFF for day in self.days)

    @property
    def worked(self) -> int:
        return len(self.days) - self.days_off


@page(CALENDAR)
def calendar(request: HttpRequest) -> HttpResponse:
    """POST with `act=import` writes; any other POST previews."""
    form = ScheduleForm(request.POST or None, request.FILES or None)
    diff = None
    if form.is_bound and form.is_valid():
        days = form.cleaned_data["rows"]
        if request.POST.get("act") == "import":
            names = {name: form.cleaned_data[name] for name in ("source", "document")}
            run = import_and_recount(days, actor=actor_of(request), **names)
            messages.success(request, _("The schedule is imported."))
            return redirect("run", run.pk) if run else redirect("calendar")
        diff = compare(days)
        form = ScheduleForm(form.again())
    context = {"form": form, "diff": diff, "years": _years()}
    return render(request, "clocks/calendar.html", context, status=form.status)


def _years() -> list[CalendarYear]:
    """Every year in the calendar and the next ones, newest first."""
    days = list(CalendarDay.objects.order_by("date"))
    this_year = times.today().year
    numbers = {day.date.year for day in days} | set(range(this_year, this_year + YEARS_AHEAD))
    return [CalendarYear(n, [day for day in days if day.date.year == n]) for n in sorted(numbers, reverse=True)]
