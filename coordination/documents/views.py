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
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from agencies.kernel.texts import TextField
from agencies.people.forms import add_refusal
from cases.casefile.models import Case
from cases.papers.files import attachment, scan_response
from cases.papers.models import Paper
from cases.papers.texts import blanks
from cases.proceedings.models import Proceeding
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.referrals.models import Referral

from . import pdf
from .actions import SUBJECTS
from .codes import can_read
from .filing import file_by_code
from .package import take_package
from .rendering import sheet_context, sheet_html


@page(CASE_READER)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = visible_paper(pk, actor)
    events = Event.objects.filter(object_kind="paper", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        **sheet_context(found),
        "sees_case": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "subject_url": _subject_url(found, actor),
        "blanks": blanks(*found.to_be_filled) if found.state == Paper.State.DRAFT else [],
        "filled": round(100 * found.fields_known / found.fields_all) if found.fields_all else 100,
        "copies": list(found.signed_copies.select_related("agency")),
        "newer": Paper.objects.visible_to(actor).filter(replaces=found).first(),
        "pdf_missing": pdf.missing(),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "papers/paper.html", context)


@page(CASE_READER)
def paper_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet alone; needs only a browser."""
    found = visible_paper(pk, actor_of(request))
    return HttpResponse(sheet_html(found, css_url=static("paper.css"), icon_url=static("mark.svg")))


@page(CASE_READER)
def paper_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible_paper(pk, actor_of(request))
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
    related = ("case", "sender", "receiver")
    found = get_object_or_404(Referral.objects.visible_to(actor).select_related(*related), pk=pk)
    bundle = take_package(found, actor=actor)
    response = attachment(bundle.content, "application/zip", bundle.name)
    response["X-Index-SHA256"] = bundle.index_digest
    return response


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


def _subject_url(found: Paper, actor: Actor) -> str:
    """Address of the paper's subject, if the reader may open it."""
    subject = SUBJECTS[found.subject_kind].objects.visible_to(actor).filter(pk=found.subject_id).first()
    if subject is None:
        return ""
    if isinstance(subject, Referral | Instruction):
        return reverse("referral" if isinstance(subject, Referral) else "instruction", args=[subject.pk])
    return reverse("proceeding", args=[subject.pk if isinstance(subject, Proceeding) else subject.proceeding_id])
