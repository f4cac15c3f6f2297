"""What the pages of a round of opinions and of one opinion show beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from cases.casefile.choices import own_subjects
from cases.casefile.models import Case

from .facts import changed, facts_of
from .models import Opinion, OpinionRound


def round_parts(asked: OpinionRound, actor: Actor, params: QueryDict) -> dict[str, Any]:
    opinions = list(asked.opinions.select_related("agency", "handler").order_by("agency"))
    return {
        "about": _about(asked, actor),
        "opinions": opinions,
        "changed": changed(asked.facts, facts_of(asked)) if asked.is_open and _reads(actor, asked.case) else [],
        "events": timeline(actor, asked, *opinions),
    }


def opinion_parts(opinion: Opinion, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The views of its levels are shown within the agency alone."""
    given = opinion.state in Opinion.SAID
    inside = actor.agency_id == opinion.agency_id and actor.is_staff
    return {
        "inside": inside,
        "levels": opinion.levels.select_related("person") if inside else [],
        "changed": changed(opinion.facts, facts_of(opinion.round)) if given and _reads(actor, opinion.case) else [],
        "sees_case": Case.objects.visible_to(actor).filter(pk=opinion.case_id).exists(),
        "events": timeline(actor, opinion),
    }


def _about(asked: OpinionRound, actor: Actor) -> str:
    """The subject of the question: in the reader's language for the asking agency, else in the language of the
    asker."""
    if actor.agency_id != asked.agency_id:
        return asked.about_words
    return dict(own_subjects(asked.case, actor)).get(f"{asked.about_kind}:{asked.about_id}", asked.about_words)


def _reads(actor: Actor, case: Case) -> bool:
    """Only readers of the facts learn that a fact has changed."""
    return Case.objects.contents_visible_to(actor).filter(pk=case.pk).exists()
