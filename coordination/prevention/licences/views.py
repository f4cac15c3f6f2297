"""Licences as a file, their import, and the check of a number."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.tables import CSV_TYPE
from agencies.people.forms import post_data, submit_form

from .access import LICENCE_KEEPER, LICENCE_READER
from .actions import import_licences
from .checking import check_licence
from .forms import LicenceCheckForm, SheetForm
from .models import Licence, reads_licences
from .spreadsheet import NEEDED, WORDS, changes, changes_digest, row_of, write_rows


@page(CASE_READER)
def licence_check(request: HttpRequest) -> HttpResponse:
    """Reads the question from the URL and records nothing."""
    form = LicenceCheckForm(request.GET if "number" in request.GET else None)
    answer = check_licence(form.asked) if form.is_bound and form.is_valid() else None
    context = {"form": form, "answer": answer, "reads": reads_licences(actor_of(request))}
    return render(request, "licences/check.html", context, status=400 if form.errors else 200)


@page(LICENCE_READER)
def licences_csv(request: HttpRequest) -> HttpResponse:
    """The latest version of every licence, in the format of the import."""
    rows = Licence.objects.visible_to(actor_of(request)).current_versions().order_by("number")
    response = HttpResponse("\ufeff" + write_rows(map(row_of, rows)), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="licences.csv"'
    return response


@page(LICENCE_KEEPER)
def licences_import(request: HttpRequest) -> HttpResponse:
    """Shows the changes first, and imports them when the same text is confirmed."""
    actor = actor_of(request)
    form = SheetForm(post_data(request), request.FILES or None)
    columns = [(name, label, name in NEEDED, "") for name, label in WORDS.items()]
    context: dict[str, Any] = {"columns": columns, "back": reverse("licences")}
    if form.is_valid():
        if "go" in request.POST:
            seen = request.POST.get("seen", "")
            file = submit_form(form, lambda given: import_licences(given["rows"], actor=actor, seen=seen))
            if file is not None:
                messages.success(request, _("Recorded versions: %(n)d.") % {"n": file.changed})
                return redirect("licences")
        found = changes(form.cleaned_data["rows"])
        context |= {"changes": found, "seen": changes_digest(found), "csv": form.cleaned_data["csv"], "read": True}
        context["sure"] = True
    return render(request, "licences/import.html", context | {"form": form}, status=form.status)
