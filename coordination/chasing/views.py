"""Pages of chasing: the desk and its file, the letters, one letter and its sheet."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.duty.lookups import first_on_duty
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_each
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.facets import Choice, Facets, url_with
from agencies.kernel.paging import page_of
from agencies.kernel.refusals import Invalid
from agencies.organs.models import Agency

from .actions import MOST, send_letter
from .desk import Addresses, Contact, Desk
from .export import export_desk
from .filters import CHASED, DEFAULT_SORT, OVER, SIDES, SORTS, ChaseFilter, noun_choices
from .models import ChaseLetter, ChaseLetterQuerySet
from .shown import items_of

RELATED = ("sender", "organ", "handler", "writer")


@page(CASE_READER)
def chase_desk(request: HttpRequest) -> HttpResponse:
    """Everything late that the reader sees, the longest first, beside its sums by organ."""
    desk = Desk(actor_of(request), request.GET, times.now())
    shown = desk.page(request.GET)
    counts = desk.counts()
    known = Addresses.of({*(row.debtor_id for row in shown.items), *(debtor for debtor, *_rest in counts)}, desk.now)
    context = {
        "page": shown.of(desk.lines(shown.items, known)),
        "debtors": [(one, _toggled(request.GET, "organ", one.organ.code)) for one in desk.debtors(counts, known)],
        "total": desk.total(counts),
        "chosen": Facets(desk.filters[0], request.GET).chosen(),
        "facets": _desk_facets(request.GET, counts, desk.actor),
        "query": request.GET.urlencode(),
        "tabs": _tabs(desk.actor, at_desk=True),
    }
    return render(request, "chasing/desk.html", context)


def _toggled(params: QueryDict, name: str, value: str) -> Choice:
    active = params.get(name) == value
    return Choice(value, url_with(params, **{name: [] if active else [value]}), active=active)


def _desk_facets(params: QueryDict, counts: Any, actor: Actor) -> Iterator[tuple[str, list[Choice]]]:
    """Of what it is about with numbers, for these come with the sums by organ; the others without."""
    numbers: dict[str, int] = {}
    for _debtor, about, number, _oldest in counts:
        numbers[about] = numbers.get(about, 0) + number
    yield (
        _("What it is about"),
        [
            Choice(words, _toggled(params, "noun", noun).url, numbers.get(noun), params.get("noun") == noun, noun)
            for noun, words in noun_choices()
            if noun in numbers or params.get("noun") == noun
        ],
    )
    sides = () if actor.is_centre else (("side", _("Who owes it"), SIDES),)
    for name, title, choices in (*sides, ("over", _("Late by"), OVER), ("chased", _("Chase letter"), CHASED)):
        yield (
            title,
            [
                Choice(words, _toggled(params, name, value).url, None, params.get(name) == value, value)
                for value, words in choices.items()
            ],
        )


def _tabs(actor: Actor, *, at_desk: bool) -> list[Choice]:
    return [
        Choice(_("What is overdue"), reverse("chase_desk"), active=at_desk),
        Choice(_("Chase letters"), reverse("chase_letters"), active=not at_desk),
    ]


@page(CASE_READER)
@require_POST
def chase_send(request: HttpRequest) -> HttpResponse:
    """One press: about the things named, or about all that one organ owes under the filters of the desk."""
    actor = actor_of(request)
    about = request.POST.getlist("about")
    if code := request.POST.get("organ"):
        organ = Agency.objects.organs().filter(code=code).first()
        if organ is None:
            raise Invalid.field("organ", "choice", _("There is no such organ."))
        about = Desk(actor, QueryDict(request.POST.get("query", "")), times.now()).unchased_of(organ, MOST)
        if not about:
            messages.info(request, _("Nothing is left to chase there: all of it stands in an open letter already."))
            return redirect(f"{reverse('chase_desk')}?organ={organ.code}")
    letter = send_letter(about, actor=actor)
    messages.success(request, _("%(number)s has gone out.") % {"number": letter.number})
    return redirect("chase_letter", pk=letter.pk)


@page(CASE_READER)
def chase_export(request: HttpRequest, form: str) -> HttpResponse:
    """The desk as a file: the same rows under the same filters. Only by POST, for the journal is told."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return export_desk(Desk(actor_of(request), request.GET, times.now()), form)


@page(CASE_READER)
def chase_letters(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = ChaseLetter.objects.visible_to(actor)
    filters = ChaseFilter(request.GET, visible, actor=actor)
    found = page_of(filters.qs.select_related(*RELATED), request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {
        "page": found,
        "cuts": _letter_cuts(visible, actor, request.GET),
        "chosen": Facets(filters, request.GET).chosen(),
        "filtered": bool(filters.active),
        "tabs": _tabs(actor, at_desk=False),
    }
    return render(request, "chasing/letters.html", context)


def _letter_cuts(visible: ChaseLetterQuerySet, actor: Actor, params: QueryDict) -> list[Choice]:
    own = actor.organ_code
    lists: dict[str, tuple[str, QuerySet[Any]]] = {
        f"waiting_on={own}": (_("To be answered by us"), visible.waiting_on(actor.organ_id)),
        f"sender={own}&open=1": (_("Sent by us, open"), visible.filter(sender_id=actor.organ_id).open()),
        "failed=1": (_("Brought nothing"), visible.failed()),
        "open=1": (_("All open"), visible.open()),
        "": (_("All"), visible),
    }
    counts = count_each({query: rows for query, (_label, rows) in lists.items()})
    chosen = {name: params.getlist(name) for name in params if name not in ("sort", "after", "before")}
    return [
        Choice(label, f"?{query}", counts[query], active=dict(QueryDict(query).lists()) == chosen)
        for query, (label, _rows) in lists.items()
    ]


@page(CASE_READER)
def chase_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = _letter(pk, actor)
    events = Event.objects.filter(object_kind="chase", object_id=pk, stream_id__in=_one_stream(pk))
    context = {
        "letter": found,
        "items": items_of(found, actor),
        "contact": _contact(found),
        "events": events.within_reach_of(actor.organ_id).select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "chasing/letter.html", context)


@page(CASE_READER)
def chase_letter_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter as an official sheet, in the language of the office."""
    actor = actor_of(request)
    found = _letter(pk, actor)
    with translation.override("zh-hans"):
        context = {"letter": found, "items": items_of(found, actor), "contact": _contact(found)}
        return render(request, "chasing/print.html", context)


def _letter(pk: UUID, actor: Actor) -> ChaseLetter:
    found: ChaseLetter = get_object_or_404(ChaseLetter.objects.visible_to(actor).select_related(*RELATED), pk=pk)
    return found


def _contact(letter: ChaseLetter) -> Contact:
    return letter.handler or first_on_duty([letter.organ_id]).get(letter.organ_id)


def _one_stream(pk: UUID) -> list[int]:
    """Each act stands in the streams of both organs: one of them tells it whole."""
    first = Event.objects.filter(object_kind="chase", object_id=pk).order_by("id").values_list("stream_id", flat=True)
    return list(first[:1])
