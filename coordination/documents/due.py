"""Papers that the transitions of an object need: which exist, and which the reader's agency still owes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.records import kind_of
from agencies.kernel.workflow import Workflow
from cases.papers.models import Paper
from cases.papers.texts import FORMS, PaperForm

from .contexts import forms_of_subject, issuer_of


@dataclass(frozen=True)
class PapersOfObject:
    """Papers of an object. `due`: forms whose action is done or open to the reader, and of which the agency has no
    valid paper."""

    thing: Any
    papers: list[Paper] = field(default_factory=list)
    due: list[PaperForm] = field(default_factory=list)


def forms_of(workflow: Workflow) -> list[str]:
    """Forms named by transitions of this workflow, with their attachments."""
    named = [line.paper for line in workflow.transitions.values() if line.paper in FORMS]
    return list(dict.fromkeys(code for one in named for code in (one, *FORMS[one].beside)))


def papers_of(
    things: Sequence[Any], workflow: Workflow, actor: Actor, done: Mapping[UUID, set[str]] | None = None
) -> dict[UUID, PapersOfObject]:
    """Papers of objects of one kind and workflow, in two queries; in one if the caller passes by id which verbs are
    `done`."""
    if not things:
        return {}
    kind, ids = kind_of(type(things[0])), [thing.pk for thing in things]
    found = defaultdict(list)
    for paper in Paper.objects.visible_to(actor).about(kind, *ids).select_related("agency", "to"):
        found[paper.subject_id].append(paper)
    if done is None:
        done = _done(kind, ids) if actor.is_staff else {}
    return {
        thing.pk: PapersOfObject(
            thing, found[thing.pk], _due(thing, workflow, actor, done.get(thing.pk, set()), found[thing.pk])
        )
        for thing in things
    }


def _done(kind: str, ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    done_verbs: dict[UUID, set[str]] = defaultdict(set)
    for subject, verb in Event.objects.filter(object_kind=kind, object_id__in=ids).values_list("object_id", "verb"):
        done_verbs[subject].add(verb)
    return done_verbs


def _due(thing: Any, workflow: Workflow, actor: Actor, done: set[str], papers: list[Paper]) -> list[PaperForm]:
    if not actor.is_staff:
        return []
    verbs = done | set(workflow.open_to(actor, thing))
    acts = [line.paper for verb, line in workflow.transitions.items() if verb in verbs and line.paper in FORMS]
    named = [*forms_of_subject(thing), *acts]
    codes = dict.fromkeys(code for one in named for code in (one, *FORMS[one].beside))
    have = {
        paper.form for paper in papers if paper.agency_id == actor.agency_id and paper.state != Paper.State.WITHDRAWN
    }
    return [FORMS[code] for code in codes if code not in have and issuer_of(thing, FORMS[code]) == actor.agency_id]
