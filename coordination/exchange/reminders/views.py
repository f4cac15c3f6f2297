"""Pages of reminders: the desk and its export, the preview of a letter and its printed sheet."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.duty.lookups import first_on_duty
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice, Facets
from agencies.kernel.paging import ON_A_PHONE, PAGE_SIZE, is_on_a_phone
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.organisations.models import Agency

from .actions import MOST, preview_letter, send_letter
from .asking import AgencyContacts, ReminderDesk
from .export import export_desk
from .filters import resource_choices
from .models import Reminder
from .page import contact_of, tabs
from .presentation import items_of, shown_items

LONGEST_REMARK = 4000
RELATED = ("sender", "agency", "handler", "writer")


@page(CASE_READER)
def reminder_desk(request: HttpRequest) -> HttpResponse:
    """All visible late items, longest overdue first, beside totals by agency."""
    desk = ReminderDesk(actor_of(request), request.GET, times.now())
    shown = desk.page(request.GET, ON_A_PHONE if is_on_a_phone(request) else PAGE_SIZE)
    counts = desk.counts()
    known = AgencyContacts.of(
        {*(row.debtor_id for row in shown.items), *(debtor for debtor, *_rest in counts)}, desk.now
    )
    facets = Facets(desk.filters[0], request.GET)
    context = {
        "page": shown.of(desk.lines(shown.items, known)),
        "debtors": [
            (one, facets.choice("agency", one.agency.code, one.agency.code, None))
            for one in desk.debtors(counts, known)
        ],
        "total": desk.total(counts),
        "chosen": facets.chosen(),
        "facets": _desk_facets(facets, counts, desk.actor),
        "query": request.GET.urlencode(),
        "tabs": tabs(at_desk=True),
    }
    return render(request, "reminders/desk.html", context)


def _desk_facets(facets: Facets, counts: Any, actor: Actor) -> Iterator[tuple[str, list[FacetChoice]]]:
    """Facets. The resource facet has counts, which come with the totals by agency; the others have none."""
    numbers: dict[str, int] = {}
    for _debtor, about, number, _oldest in counts:
        numbers[about] = numbers.get(about, 0) + number
    yield (
        _("Kind of item"),
        [
            facets.choice("resource", resource, words, numbers.get(resource))
            for resource, words in resource_choices()
            if resource in numbers or facets.params.get("resource") == resource
        ],
    )
    for name in ("over", "reminded") if actor.is_centre else ("side", "over", "reminded"):
        named = facets.filters.filters[name]
        yield str(named.label), [facets.choice(name, value, words, None) for value, words in named.extra["choices"]]


@page(CASE_READER)
def reminder_preview(request: HttpRequest) -> HttpResponse:
    """The letter before it is sent: about the chosen items, or about all that one agency owes under the desk's
    filters."""
    actor, about = actor_of(request), request.GET.getlist("about")
    if code := request.GET.get("agency"):
        agency = Agency.objects.agencies().with_code(code)
        if agency is None:
            raise Invalid.field("agency", "choice", _("There is no such agency."))
        about = ReminderDesk(actor, QueryDict(request.GET.get("query", "")), times.now()).without_reminder_of(
            agency, MOST
        )
        if not about:
            messages.info(request, _("There is nothing to remind of: open reminders already cover all items."))
            return redirect(f"{reverse('reminder_desk')}?agency={agency.code}")
    if not about:
        messages.info(request, _("Choose at least one row."))
        return redirect("reminder_desk")
    draft = preview_letter(about, actor=actor)
    context = {
        "draft": draft,
        "items": shown_items(draft.items, actor),
        "about": about,
        "contact": first_on_duty([draft.agency.pk]).get(draft.agency.pk),
        "longest": LONGEST_REMARK,
    }
    return render(request, "reminders/preview.html", context)


@page(CASE_READER)
@require_POST
def reminder_send(request: HttpRequest) -> HttpResponse:
    """Sends the letter that was shown: about these items, with the remark."""
    actor, remark = actor_of(request), request.POST.get("remark", "").strip()
    if len(remark) > LONGEST_REMARK:
        raise Invalid.field("remark", "max_length", _("Enter at most %(most)s characters.") % {"most": LONGEST_REMARK})
    letter = send_letter(request.POST.getlist("about"), actor=actor, remark=remark)
    messages.success(request, _("%(number)s has been sent.") % {"number": letter.number})
    return redirect("reminder", pk=letter.pk)


@page(CASE_READER)
def reminder_export(request: HttpRequest, form: str) -> HttpResponse:
    """Exports the desk under its filters. POST only, because the journal records it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return export_desk(ReminderDesk(actor_of(request), request.GET, times.now()), form)


@page(CASE_READER)
def reminder_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter as an official sheet, in the language of the office."""
    actor = actor_of(request)
    found = _letter(pk, actor)
    with translation.override("zh-hans"):
        context = {"letter": found, "items": items_of(found, actor), "contact": contact_of(found)}
        return render(request, "reminders/print.html", context)


def _letter(pk: UUID, actor: Actor) -> Reminder:
    found: Reminder = get_object_or_404(Reminder.objects.visible_to(actor).select_related(*RELATED), pk=pk)
    return found
