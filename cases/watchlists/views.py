"""Watch lists as a file, and their import."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.tables import CSV_TYPE
from agencies.people.forms import post_data, submit_form

from .access import IMPORTERS
from .actions import desks_of, import_listings
from .forms import SheetForm
from .models import Listing
from .spreadsheet import NEEDED, WORDS, changes, changes_digest, row_of, write_rows


@page(CASE_READER)
def listings_csv(request: HttpRequest) -> HttpResponse:
    """The current version of every entry, in the format of the import."""
    rows = Listing.objects.visible_to(actor_of(request)).current_versions().select_related("owner").order_by("code")
    response = HttpResponse("\ufeff" + write_rows(map(row_of, rows)), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="watch-lists.csv"'
    return response


@page(IMPORTERS)
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
