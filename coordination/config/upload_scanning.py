"""Scans every uploaded file for malware before the page or API operation runs, with one function.

Before, because the view runs in a transaction that a refusal rolls back, and the finding must remain recorded.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from agencies.kernel.actor import Actor
from agencies.kernel.middleware import Middleware
from agencies.kernel.permissions import actor_of
from cases.papers.scanning import scan

API = "/api/"


class ScanMiddleware(Middleware):
    """For pages. An API operation first has to find out which system is calling (`ApiView.initial`)."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.path.startswith(API):
            scan_files_of(request, actor_of(request))


def scan_files_of(request: Any, actor: Actor) -> None:
    """Skips requests of accounts without an agency. Oversized files are refused where they are read, before their
    contents."""
    if request.content_type is None or not request.content_type.startswith("multipart/") or actor.agency_id is None:
        return
    for _name, files in request.FILES.lists():
        for file in files:
            if file.size <= settings.PAPER_MAX_BYTES:
                scan(file, actor=actor)
