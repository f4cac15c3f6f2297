"""Pages of watch lists: all entries, one entry with its versions, the import."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import CASE_READER, LEADS, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import CSV_TYPE
from agencies.people.forms import post_data, submit_form
from cases.casefile.models import Case

from .actions import desks_of, import_listings
from .filters import DEFAULT_SORT, SORTS, ListingFilter
from .forms import SheetForm
from .models import Listing, WatchHit, WatchList
from .spreadsheet import NEEDED, WORDS, changes, changes_digest, row_of, write_rows

MOST_MET = 50
STANDING = QueryDict("standing=1")
"""The default filter: entries that count today or later."""
FACETS = {"watch_list": ("watch_list",), "state": ("state",)}


@page(CASE_READER)
def listings(request: HttpRequest) -> HttpResponse:
    request.GET = query = request.GET or STANDING
    actor = actor_of(request)
    cut = ListingFilter(query, Listing.objects.visible_to(actor), actor=actor)
    facets = Facets(cut, query, FACETS)
    context = {
        "page": page_of(cut.qs, query, sorts=SORTS, default=DEFAULT_SORT, size=rows_shown(query)),
        "is_filtered": bool(set(cut.active) - {"standing"}),
        "facets": [
            (pgettext("watch list", "List"), facets.by_choice("watch_list", "watch_list", WatchList.choices)),
            (_("State"), facets.by_choice("state", "state", Listing.State.choices)),
            (_("Validity"), facets.ticks(standing=_("Valid today or later"))),
        ],
        "keeps": LEADS.allows(actor),
    }
    return render(request, "watchlists/listings.html", context)


@page(CASE_READER)
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(Listing.objects.visible_to(actor).select_related("owner__agency"), pk=pk)
    versions = list(Listing.objects.visible_to(actor).filter(code=found.code).order_by("-number"))
    events = Event.objects.filter(object_kind="listing", object_id__in=[one.pk for one in versions])
    context = {
        "listing": found,
        "versions": versions,
        "met": _met(found, actor) if found.owner else None,
        "events": events.readable_by_agency(actor.agency_id).select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "watchlists/listing.html", context)


def _met(watch: Listing, actor: Actor) -> dict[str, Any]:
    """The newest leads and cases that met a watched route, as far as the reader sees them."""
    hits = WatchHit.objects.filter(code=watch.code)
    leads = RESOURCES["leads"].model.objects.visible_to(actor).filter(pk__in=hits.values("subject"))
    cases = Case.objects.contents_visible_to(actor).filter(pk__in=hits.exclude(case=None).values("case"))
    return {
        "leads": leads.order_by("-received_at", "pk")[:MOST_MET],
        "cases": cases.order_by("-updated_at", "pk")[:MOST_MET],
    }


@page(CASE_READER)
def listings_csv(request: HttpRequest) -> HttpResponse:
    """The current version of every entry, in the format of the import."""
    rows = Listing.objects.visible_to(actor_of(request)).current_versions().select_related("owner").order_by("code")
    response = HttpResponse("\ufeff" + write_rows(map(row_of, rows)), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="watch-lists.csv"'
    return response


@page(LEADS)
def listings_import(request: HttpRequest) -> HttpResponse:
    """Shows the changes first, and imports them when the same text is confirmed."""
    actor = actor_of(request)
    form = SheetForm(post_data(request), request.FILES or None)
    columns = [(name, label, name in NEEDED, "") for name, label in WORDS.items()]
    context: dict[str, Any] = {"columns": columns, "back": reverse("listings")}
    if form.is_valid() and submit_form(form, lambda given: desks_of(given["rows"], actor=actor)) is not None:
        if "go" in request.POST:
            seen = request.POST.get("seen", "")
            done = submit_form(form, lambda given: import_listings(given["rows"], actor=actor, seen=seen))
            if done is not None:
                messages.success(request, _("Recorded versions: %(n)d.") % {"n": len(done)})
                return redirect("listings")
        found = changes(form.cleaned_data["rows"])
        context |= {"changes": found, "seen": changes_digest(found), "csv": form.cleaned_data["csv"], "read": True}
        context["sure"] = bool(found)
    return render(request, "watchlists/import.html", context | {"form": form}, status=form.status)
