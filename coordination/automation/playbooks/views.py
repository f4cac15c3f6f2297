"""Pages of playbooks: list, one with its versions, publishing, and what a new version changes in a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.facets import FacetChoice
from agencies.kernel.permissions import CASE_READER, COORDINATOR, actor_of, page
from agencies.kernel.tables import CSV_TYPE, csv_file
from agencies.organisations.models import has_police_powers
from cases.controls.models import ViolationType
from cases.proceedings.access import reads_inside
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.models import Task

from .actions import may_publish, publish_playbook
from .forms import PublishForm
from .models import Group, Playbook, PlaybookUse
from .reading import VersionDifference, as_table, compare, digest_of, rows_of
from .reference import delivered

DELIVERED = "delivered"


@page(CASE_READER)
def playbooks(request: HttpRequest) -> HttpResponse:
    """One row for each violation type; users who may publish also see types without a playbook."""
    actor = actor_of(request)
    newest = Playbook.objects.visible_to(actor).newest().select_related("violation_type").annotate(count=Count("steps"))
    found = list(newest)
    without: list[ViolationType] = []
    if may_publish(actor):
        without = list(ViolationType.objects.exclude(playbooks__isnull=False).order_by("position"))
    return render(request, "playbooks/playbooks.html", {"playbooks": found, "without": without})


@page(CASE_READER)
def playbook(request: HttpRequest, code: str) -> HttpResponse:
    """The version in force or `?version=`, compared with `?against=`."""
    actor = actor_of(request)
    versions = list(_versions(actor, code))
    chosen = _chosen(versions, request.GET.get("version", ""))
    other = request.GET.get("against", "")
    context = {
        "playbook": chosen,
        "versions": versions,
        **_of_kind(chosen, request.GET, actor),
        "against": other,
        "difference": _against(chosen, versions, other) if other else None,
        "publishes": may_publish(actor),
        "waits": may_publish(actor) and _undelivered(code, versions),
    }
    return render(request, "playbooks/playbook.html", context)


@page(CASE_READER)
def playbook_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The steps of a version as the table that publishing reads."""
    versions = list(_versions(actor_of(request), code))
    chosen = _chosen(versions, request.GET.get("version", ""))
    answer = HttpResponse(csv_file(as_table(rows_of(chosen.steps.all()))), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="playbook-{chosen.code}-{chosen.version}.csv"'
    return answer


@page(COORDINATOR)
def playbook_publish(request: HttpRequest, code: str) -> HttpResponse:
    """POST with `act=publish` publishes; any other POST shows the changes first."""
    actor, violation = actor_of(request), get_object_or_404(ViolationType, code=code)
    versions = list(Playbook.objects.filter(violation_type=violation))
    newest = versions[0] if versions else None
    form = PublishForm(request.POST or None, request.FILES or None, initial=_beginning(request, newest, code))
    difference, refused = None, None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if request.POST.get("act") == "publish":
            try:
                made = publish_playbook(
                    violation, data["rows"], actor=actor, version=data["version"], because=data["because"]
                )
                messages.success(request, _("Version %(n)s is in force.") % {"n": made.version})
                return redirect("playbook", code)
            except (TransitionRefused, Invalid) as no:
                refused = no
        difference = compare(rows_of(newest.steps.all()) if newest else [], data["rows"])
        form = PublishForm(form.again(newest.version if newest else 0))
    context = {"violation": violation, "newest": newest, "form": form, "difference": difference, "refused": refused}
    status = refused.status if refused else form.status
    return render(request, "playbooks/publish.html", context, status=status)


@page(CASE_READER)
def playbook_difference(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """The difference between the version in force and the one the proceeding follows, before it is adopted."""
    actor = actor_of(request)
    inside = get_object_or_404(Proceeding.objects.visible_to(actor).select_related("case", "agency"), pk=pk)
    if not reads_inside(actor, inside):
        raise Http404
    uses = PlaybookUse.objects.filter(proceeding=inside, violation_type__code=code)
    use = uses.select_related("playbook", "violation_type").first()
    if use is None:  # the proceeding does not follow such a playbook
        return redirect("proceeding", pk)
    newest = Playbook.objects.newest().get(violation_type=use.violation_type_id)
    before, after = (rows_of(book.steps.filter(kind=inside.kind)) for book in (use.playbook, newest))
    there = set(Task.objects.filter(proceeding=inside).exclude(step="").values_list("step", flat=True))
    context = {
        "proceeding": inside,
        "use": use,
        "newest": newest,
        "difference": compare(before, after),
        "there": there,
        "takes": actor.works_for(inside.agency_id) and newest.version > use.playbook.version,
    }
    return render(request, "playbooks/difference.html", context)


def _versions(actor: Actor, code: str) -> Any:
    return (
        Playbook.objects.visible_to(actor)
        .filter(violation_type__code=code)
        .select_related("violation_type", "published_by")
    )


def _chosen(versions: list[Playbook], asked: str) -> Playbook:
    """The requested version, by default the newest. Raises Http404 if there is none."""
    found = [one for one in versions if not asked or str(one.version) == asked]
    if not found:
        raise Http404
    return found[0]


def _of_kind(chosen: Playbook, params: QueryDict, actor: Actor) -> dict[str, Any]:
    """Tabs of the kinds of proceeding, and the steps of one kind by group; by default a kind the reader conducts."""
    steps = list(chosen.steps.all())
    kinds = [kind for kind in Proceeding.Kind if any(step.kind == kind for step in steps)]
    own = Proceeding.Kind.CRIMINAL if has_police_powers(actor.line, actor.agency_code) else actor.line
    asked = params.get("kind") or (own if own in kinds else kinds[0])
    if asked not in kinds:
        raise Http404
    rows = [(group.label, [one for one in steps if (one.kind, one.group) == (asked, group)]) for group in Group]
    return {
        "kinds": [
            FacetChoice(
                str(kind.label),
                f"?version={chosen.version}&kind={kind}",
                sum(one.kind == kind for one in steps),
                active=kind == asked,
            )
            for kind in kinds
        ],
        "groups": [(label, of_group) for label, of_group in rows if of_group],
    }


def _against(chosen: Playbook, versions: list[Playbook], other: str) -> VersionDifference:
    after = rows_of(chosen.steps.all())
    if other == DELIVERED:
        return compare(after, delivered().get(chosen.code, []))
    return compare(rows_of(_chosen(versions, other).steps.all()), after)


def _undelivered(code: str, versions: list[Playbook]) -> bool:
    """Whether the delivered text differs from the centre's own published version."""
    rows = delivered().get(code)
    return rows is not None and digest_of(rows) not in {one.digest for one in versions}


def _beginning(request: HttpRequest, newest: Playbook | None, code: str) -> dict[str, Any]:
    """Initial form data: the version in force, or the delivered text (`?from=delivered`)."""
    version = newest.version if newest else 0
    rows = delivered().get(code, []) if request.GET.get("from") == DELIVERED else []
    if not rows and newest:
        rows = rows_of(newest.steps.all())
    return {"version": version, "text": csv_file(as_table(rows)).decode("utf-8-sig")}
