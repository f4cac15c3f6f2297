"""What the page of a confidential letter shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from cases.casefile.models import Case

from .actions import confidential_stream
from .models import READ, ConfidentialLetter

READS_SHOWN = 10


def page_parts(letter: ConfidentialLetter, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """A named person, such as the head of a superior agency, need not see the case."""
    stream = confidential_stream(letter.pk)
    events = Event.objects.of_stream(stream.kind, stream.subject)
    return {
        "named": letter.named_people.select_related("user__agency"),
        "sees_case": Case.objects.visible_to(actor).filter(pk=letter.case_id).exists(),
        "events": events.exclude(verb=READ).select_related("note").order_by("-id"),
        "reads": events.filter(verb=READ).select_related("note").order_by("-id")[:READS_SHOWN],
    }
