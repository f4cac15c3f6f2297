"""The operator's page: health of the processes, and abandoned work."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import OPERATION, actor_of, page

from . import dead_letters
from .health import parts

OPERATION_WORDS = {
    ("dead_letter", "retry"): gettext_lazy("retried a job that was given up"),
    ("dead_letter", "discard"): gettext_lazy("discarded a job that was given up"),
}


@page(OPERATION)
def operation(request: HttpRequest) -> HttpResponse:
    now = times.now()
    context = {
        "parts": [(part, part.is_late(now)) for part in parts()],
        "letters": dead_letters.listed(),
        "given_up": dead_letters.count(),
        "version": settings.VERSION,
    }
    return render(request, "operation/operation.html", context)


@page(OPERATION)
@require_POST
def retry(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    dead_letters.settle(kind, pk, "retry", actor=actor_of(request))
    messages.success(request, _("It will be retried within a minute."))
    return redirect("operation")


@page(OPERATION)
@require_POST
def discard(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    try:
        dead_letters.settle(kind, pk, "discard", actor=actor_of(request), reason=request.POST.get("reason", ""))
    except Invalid:
        messages.error(request, _("Enter the reason for discarding; nothing was changed."))
    else:
        messages.success(request, _("It was discarded; the journal records by whom and why."))
    return redirect("operation")
