"""A form that is sent twice counts once: the button pressed twice, or the answer lost and the page sent again.

Every form that makes something carries a sheet number of its own (`{% sheet %}`). What counts as sent is the sheet with
all its answers, so a form corrected after Back is a new one.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from agencies.journal.digests import content_digest
from agencies.kernel import times

from .models import SentForm

KEPT = timedelta(days=2)  # longer than anybody's sign-in, and so than any page that could still send it


def send_once(request: HttpRequest, act: Callable[[], str]) -> str:
    """The address that `act` goes on to, "" if it did nothing. It acts unless these answers came on this sheet before.

    Act and mark commit together: a refusal leaves the sheet as it was, and of two at once the second waits for the
    first one's row and finds where it went.
    """
    if not request.POST.get("sheet"):
        return act()
    with transaction.atomic():
        key = _key(request)
        SentForm.objects.bulk_create([SentForm(key=key)], ignore_conflicts=True)
        sent = SentForm.objects.select_for_update().get(key=key)
        if not sent.went_to:
            SentForm.objects.filter(sent_at__lt=times.now() - KEPT).delete()
            sent.went_to = act()
            sent.save(update_fields=["went_to"])
        return sent.went_to


def _key(request: HttpRequest) -> str:
    answers = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    files = {name: [_digest(file) for file in request.FILES.getlist(name)] for name in request.FILES}
    return content_digest({"person": str(request.user.pk), "page": request.path, "answers": answers, "files": files})


def _digest(file: "UploadedFile[Any]") -> str:
    told = hashlib.sha256()
    for chunk in file.chunks():
        told.update(chunk)
    file.seek(0)
    return told.hexdigest()
