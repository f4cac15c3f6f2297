"""Drafts and issues papers about referrals, instructions, proceedings and their parts."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.records import kind_of
from agencies.kernel.workflow import Workflow
from cases.casefile.models import Case
from cases.papers import actions as papers
from cases.papers.models import Paper
from cases.papers.texts import FORMS
from cases.proceedings.access import reads_inside
from cases.proceedings.models import Decision, Proceeding, PropertyMeasure, Suspect
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.referrals.models import Referral

from .contexts import filling_of, forms_of_subject, issuer_of
from .due import forms_of

MODELS: tuple[type[Any], ...] = (Referral, Decision, Proceeding, PropertyMeasure, Suspect, Instruction)
SUBJECTS: dict[str, type[Any]] = {kind_of(model): model for model in MODELS}


def draft_paper(
    thing: Any, workflow: Workflow, *, actor: Actor, form: str, happened_at: datetime | None = None
) -> Paper:
    """Drafts a form for the issuing agency, filled from the case. Only one draft of a form at a time."""
    if form not in (*forms_of(workflow), *forms_of_subject(thing)):
        raise Invalid.field("form", "choice", _("No step here requires such a paper."))
    chosen = FORMS[form]
    behind_a_wall = isinstance(thing, Proceeding) and not reads_inside(actor, thing)
    if behind_a_wall or not actor.works_for(issuer_of(thing, chosen)):
        raise Forbidden(_("This paper is issued by another agency."))
    standing = Paper.objects.about(kind_of(type(thing)), thing.pk).standing().filter(agency=actor.own_agency, form=form)
    if (other := standing.first()) is not None:
        raise TransitionRefused.because("paper", _("It exists already: %(paper)s.") % {"paper": other})
    return papers.draft(
        case_of(thing),
        chosen,
        filling_of(thing, chosen),
        actor=actor,
        subject_kind=kind_of(type(thing)),
        subject_id=thing.pk,
        proceeding_id=getattr(thing, "clock_proceeding", None),
        happened_at=happened_at,
    )


def refill_paper(paper: Paper, /, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    return papers.refill(paper, filling_of(subject_of(paper), paper.kind), actor=actor, **given)


def issue_paper(paper: Paper, /, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    """Signs and numbers the paper. Papers of the package become readable with the signed receipt, all others on
    delivery."""
    return papers.issue(paper, actor=actor, send_now=_is_open(paper), **given)


def _is_open(paper: Paper) -> bool:
    if paper.to_id is None or paper.kind.sent == "never":
        return False
    subject = subject_of(paper)
    if paper.kind.sent == "receipt":
        return subject.signed_at is not None
    left = subject.sent_at if isinstance(subject, Instruction) else subject.delivered_at
    return left is not None


def subject_of(paper: Paper) -> Any:
    return SUBJECTS[paper.subject_kind].objects.get(pk=paper.subject_id)


def case_of(thing: Any) -> Case:
    case: Case = thing.case if hasattr(thing, "case") else thing.proceeding.case
    return case
