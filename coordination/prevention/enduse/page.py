"""What the page of a finding of military end use shows: every fact with its answer, and what is known of the party."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from cases.files.models import Attachment

from .facts import EndUseFact, every_fact
from .models import EndUseFinding, FactAnswer

LOOKS = {
    "yes": ("wait", "exclamation-circle"),
    "no": ("neutral", "dash-circle"),
    "unknown": ("review", "question-circle"),
}


@dataclass(frozen=True)
class ReadFact:
    """A fact and what was recorded of it, None before that."""

    fact: EndUseFact
    said: FactAnswer | None

    @property
    def answer(self) -> FactAnswer.Answer:
        return FactAnswer.Answer(self.said.answer if self.said else FactAnswer.Answer.UNKNOWN)

    @property
    def words(self) -> str:
        return str(self.answer.label)

    @property
    def tone(self) -> str:
        return LOOKS[self.answer][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.answer][1]


def facts_of(finding: EndUseFinding) -> list[ReadFact]:
    """Every fact of the list in its order."""
    return [ReadFact(fact, finding.answered.get(code)) for code, fact in every_fact().items()]


def page_parts(finding: EndUseFinding, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """Screening and the recorded military user are shown beside the facts; they answer none."""
    case, matches = RESOURCES["cases"], RESOURCES["matches"].model.objects.visible_to(actor)
    seen = case.model.objects.visible_to(actor).filter(pk=finding.case_id).exists()
    files = Attachment.objects.visible_to(actor).filter(pk__in=[one.file_id for one in finding.answered.values()])
    verbs = RESOURCES["end-use-findings"].workflow_of(finding).open_to(actor, finding)
    return {
        "sees_case": seen,
        "facts": facts_of(finding),
        "files": set(files.values_list("pk", flat=True)),
        "records": next((verb for verb in ("record_facts", "change_facts") if verb in verbs), ""),
        "matches": matches.present().filter(subject=finding.party_id).select_related("listing"),
        "events": timeline(actor, finding),
    }
