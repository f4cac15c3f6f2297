"""Pages of the control law for any signed-in person: a question, the rules of a day, the versions, files."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from agencies.kernel import times
from agencies.kernel.permissions import CALENDAR, RULE_KEEPERS, SIGNED_IN, actor_of, page
from agencies.kernel.tables import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file

from .checking import CheckForm
from .countries import country_name
from .destinations import answer
from .models import RulebookVersion
from .rulebook import Rulebook
from .store import current, current_tables, read_version
from .tables import TABLES
from .verdicts import rules_on


@page(SIGNED_IN)
def check(request: HttpRequest) -> HttpResponse:
    """Reads the question from the URL and records nothing. `?version=` repeats it with the rows known then."""
    book = _book(request)
    form = CheckForm(request.GET if "on" in request.GET else None, book=book)
    context: dict[str, Any] = {
        "form": form,
        "version": _asked(request),
        "keeps": RULE_KEEPERS.allows(actor_of(request)),
    }
    if form.is_bound and form.is_valid():
        verdict = answer(form.facts, form.cleaned_data["on"], book)
        said = [one for one in verdict.rules if one.status != "does_not"]
        others = [one for one in verdict.rules if one.status == "does_not"]
        context |= {"verdict": verdict, "said": said, "others": others}
        code = form.cleaned_data["destination"]
        context |= {"destination": country_name(code) if code else "", "asked_about": form.cleaned_data["description"]}
    return render(request, "controls/check.html", context)


@page(SIGNED_IN)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of a day, `?on=`, by default today."""
    on, book = _day(request.GET.get("on", "")), _book(request)
    context = {
        "on": on,
        "rules": rules_on(book, on),
        "version": _asked(request),
        "imports": CALENDAR.allows(actor_of(request)),
    }
    return render(request, "controls/rules.html", context)


@page(SIGNED_IN)
def versions(request: HttpRequest) -> HttpResponse:
    found = RulebookVersion.objects.order_by("-number").defer("tables", "imported")
    return render(request, "controls/versions.html", {"versions": found})


@page(SIGNED_IN)
def rows(request: HttpRequest) -> HttpResponse:
    """A table as CSV or XLSX, in the format of the import."""
    table = TABLES.get(request.GET.get("table", "control_rules"))
    if table is None:
        raise Http404
    _number, tables = current_tables()
    cells = [table.header, *([row[name] for name in table.header] for row in tables[table.name])]
    is_book = request.GET.get("form") == "xlsx"
    content = xlsx_file(table.name, cells) if is_book else csv_file(cells)
    answer = HttpResponse(content, content_type=XLSX_TYPE if is_book else CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{table.name}.{"xlsx" if is_book else "csv"}"'
    return answer


def _day(text: str) -> date:
    try:
        return parse_date(text) or times.today()
    except ValueError:
        return times.today()


def _asked(request: HttpRequest) -> int | None:
    """The version named in the address."""
    text = request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _book(request: HttpRequest) -> Rulebook:
    """The rows in use, or those of the version named in the address. Raises Http404 if there is no such version."""
    number = _asked(request)
    if number is None:
        return current()
    try:
        return read_version(number)
    except RulebookVersion.DoesNotExist as missing:
        raise Http404 from missing
