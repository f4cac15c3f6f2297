"""Pages of issued papers: one paper, its sheet, PDF and scans, and filing of scans."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_query
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES
from agencies.kernel.texts import TextField
from agencies.people.forms import add_refusal
from cases.casefile.models import Case
from cases.files.page import preview_of
from cases.files.views import content_response, preview_response
from cases.papers.actions import note_reading
from cases.papers.files import attachment, scan_response
from cases.papers.models import Paper
from cases.papers.texts import blanks
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.packages import frozen_rows, handed_over
from coordination.prevention.circulars.letters import letter_for
from coordination.prevention.warnings.sheet import planned_paper

from . import pdf
from .codes import can_read
from .filing import file_by_code
from .package import handed_file, take_package
from .rendering import sheet_context, sheet_html
from .signing import folder_of

SHEETS = 10  # on one page


@page(CASE_READER)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = visible_paper(pk, actor)
    note_reading(found, actor)
    events = Event.objects.filter(object_kind="paper", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        **sheet_context(found),
        "sees_case": found.case is not None and Case.objects.visible_to(actor).filter(pk=found.case.pk).exists(),
        "subject_url": _subject_url(found, actor),
        "decision_url": _decision_url(found, actor),
        "blanks": blanks(*found.to_be_filled) if found.state == Paper.State.DRAFT else [],
        "filled": round(100 * found.fields_known / found.fields_all) if found.fields_all else 100,
        "copies": list(found.signed_copies.select_related("agency")),
        "newer": Paper.objects.visible_to(actor).filter(replaces=found).first(),
        "pdf_missing": pdf.missing(),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "papers/paper.html", context)


@page(CASE_READER)
def paper_folder(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The drafts that this person may sign together with this one, as sheets one below the other."""
    actor = actor_of(request)
    found = visible_paper(pk, actor)
    papers = _signed_together(found, actor) or [found]
    for one in papers:
        note_reading(one, actor)
    context = {
        "sheets": [sheet_context(one) for one in papers],
        "decision_url": _decision_url(found, actor),
        "subject_url": _subject_url(found, actor) or reverse("paper", args=[pk]),
    }
    return render(request, "papers/folder_page.html", context)


def _signed_together(found: Paper, actor: Actor) -> list[Paper]:
    registered = RESOURCE_OF_KIND[found.subject_kind]
    thing = registered.model.objects.visible_to(actor).filter(pk=found.subject_id).first()
    if thing is None:
        return []
    workflow = registered.workflow_of(thing)
    folder = folder_of(thing, [workflow.transitions[verb] for verb in workflow.open_to(actor, thing)], actor)
    papers = [one.paper for one in folder]
    return papers if found in papers else []


@page(CASE_READER)
def letter_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter to an exporter as its addressee gets it, before it is issued."""
    letter = RESOURCES["exporter-letters"].find(actor_of(request), pk)
    context = {
        "sheets": [sheet_context(planned_paper(letter))],
        "thing": letter,
        "back": reverse("exporter_letter", args=[pk]),
    }
    return render(request, "papers/planned.html", context)


@page(CASE_READER)
def circular_sheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letters of a circular as their addressees get them, one below the other. Whether a letter has to wait for
    other agencies is not looked up."""
    circular = RESOURCES["circulars"].find(actor_of(request), pk)
    addressees = circular.addressees.select_related("exporter")
    found = page_of(addressees, request.GET, sorts={"name": "exporter__name"}, default="name", size=SHEETS)
    context = {
        "page": found,
        "sheets": [sheet_context(planned_paper(letter_for(circular, one.exporter))) for one in found.items],
        "thing": circular,
        "back": reverse("circular", args=[pk]),
    }
    return render(request, "papers/planned.html", context)


@page(CASE_READER)
def paper_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet alone; needs only a browser."""
    actor = actor_of(request)
    found = visible_paper(pk, actor)
    note_reading(found, actor)
    return HttpResponse(sheet_html(found, css_url=static("paper.css"), icon_url=static("mark.svg")))


@page(CASE_READER)
def paper_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = visible_paper(pk, actor)
    note_reading(found, actor)
    return attachment(pdf.pdf_of(found), "application/pdf", f"{found.number or found.title}.pdf")


@page(CASE_READER)
def signed_copy(request: HttpRequest, pk: UUID, copy: int) -> HttpResponse:
    found = visible_paper(pk, actor_of(request))
    return scan_response(get_object_or_404(found.signed_copies.select_related("paper"), pk=copy))


@page(CASE_READER)
@require_POST
def referral_package(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Downloads the package. POST only, because the journal records it."""
    actor = actor_of(request)
    bundle = take_package(_visible_referral(request, pk), actor=actor)
    response = attachment(bundle.content, "application/zip", bundle.name)
    response["X-Index-SHA256"] = bundle.index_digest
    return response


@page(CASE_READER)
def package_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """A file as it was handed over: what the package says of it, and its first page."""
    referral, actor = _visible_referral(request, pk), actor_of(request)
    found, openable = handed_file(referral, file, actor=actor), handed_over(referral, actor)
    rows = [row for row in frozen_rows(referral.packages.all(), "files", "scans") if row["id"] in openable]
    place = [row["id"] for row in rows].index(str(file))
    context = {
        "referral": referral,
        "file": found,
        "frozen": rows[place],
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
        "picture_url": reverse("package_file_preview", args=[pk, file]),
        **preview_of(found),
    }
    return render(request, "referrals/package_file.html", context)


@page(CASE_READER)
def package_file_content(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    return content_response(handed_file(_visible_referral(request, pk), file, actor=actor_of(request)))


@page(CASE_READER)
def package_file_preview(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    return preview_response(handed_file(_visible_referral(request, pk), file, actor=actor_of(request)))


def _visible_referral(request: HttpRequest, pk: UUID) -> Referral:
    visible = Referral.objects.visible_to(actor_of(request)).select_related("case", "sender", "receiver")
    found: Referral = get_object_or_404(visible, pk=pk)
    return found


class ScanForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Scan of the signed sheet"),
        help_text=gettext_lazy("PDF, PNG or JPEG."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    token = TextField(
        label=gettext_lazy("Code of the sheet"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("The code that a scanner or telephone reads from the QR code on the sheet."),
    )


@page(STAFF)
def file_scan(request: HttpRequest) -> HttpResponse:
    """Files a scan by the code on it."""
    form = ScanForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            found = file_by_code(form.cleaned_data["file"], form.cleaned_data["token"], actor_of(request))
        except (Invalid, TransitionRefused) as no:
            status = no.status
            add_refusal(form, no)
        else:
            messages.success(request, _("Filed: %(paper)s.") % {"paper": found})
            return redirect("paper", found.pk)
    elif request.method == "POST":
        status = 400
    return render(request, "papers/scan.html", {"form": form, "can_read": can_read()}, status=status)


def visible_paper(pk: UUID, actor: Actor) -> Paper:
    visible = Paper.objects.visible_to(actor).select_related("case", "agency__signs_as", "to", "replaces", "drafter")
    found: Paper = get_object_or_404(visible, pk=pk)
    return found


def _decision_url(found: Paper, actor: Actor) -> str:
    """Address of the decision with which this draft is signed, if it waits for the reader's office; else ""."""
    registered = RESOURCE_OF_KIND[found.subject_kind]
    if registered.decision is None or found.state != Paper.State.DRAFT or not actor.is_responsible(found.agency_id):
        return ""
    waits = registered.decision.waits(registered.model.objects.visible_to(actor)).filter(pk=found.subject_id)
    return reverse("approvals") + decision_query(registered.name, found.subject_id) if waits.exists() else ""


def _subject_url(found: Paper, actor: Actor) -> str:
    """Address of the paper's subject, if the reader may open it."""
    registered = RESOURCE_OF_KIND[found.subject_kind]
    subject = registered.model.objects.visible_to(actor).filter(pk=found.subject_id).first()
    return registered.url(subject) if subject else ""
