"""What the page of an incoming paper shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from cases.casefile.models import Case

from .models import IncomingPaper


def page_parts(paper: IncomingPaper, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        "sees_case": Case.objects.visible_to(actor).filter(pk=paper.case_id).exists(),
        "events": timeline(actor, paper),
    }
