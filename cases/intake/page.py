"""What the page of a lead shows for its triage."""

from typing import Any

from django.http import QueryDict

from agencies.kernel.actor import Actor
from agencies.kernel.limits import SHOWN_ROWS
from cases.casefile.models import Case
from cases.files.models import Attachment

from .models import Lead
from .news import RevisionsOnCase
from .reading import read_lead
from .similar import find_similar


def page_parts(lead: Lead, actor: Actor, params: QueryDict) -> dict[str, Any]:
    most = None if params.get("all") == "1" else SHOWN_ROWS
    return {
        "case": Case.objects.visible_to(actor).filter(pk=lead.case_id).first() if lead.case_id else None,
        "reading": read_lead(lead, older=params.get("from"), newer=params.get("to"), most=most),
        "files": lead.files.select_related("attachment"),
        "attached": set(
            Attachment.objects.visible_to(actor)
            .filter(pk__in=lead.files.values("attachment"))
            .values_list("pk", flat=True)
        ),
        "most": SHOWN_ROWS,
        "similar": find_similar(lead, actor),
        "news": RevisionsOnCase(lead).news if lead.has_open_news else [],
    }
