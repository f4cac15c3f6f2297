"""The nouns that have workflow tables, as both doors see them: how to find one, what may be done, who does it.

Wiring: it knows every noun, no noun knows it. A page's button, the verb page and the API verb all come from here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations.models import Confirmation
from agencies.confirmations.workflow import CONFIRMATION
from agencies.journal.actions import ERASE
from agencies.journal.attesting import move_step
from agencies.journal.models import BehalfStep
from agencies.journal.moving import last_move, plain, second_person, seconded_by
from agencies.journal.workflow import BEHALF
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.asks import AskForm
from agencies.kernel.behalf import Behalf
from agencies.kernel.doors import ACTING, CASE_READER, Policy
from agencies.kernel.moves import Words, Workflow
from agencies.kernel.refusals import FieldError, Invalid, Missing, MoveRefused
from agencies.people.sight import actor_for
from cases.casefile import actions as case_actions
from cases.casefile.models import Case
from cases.casefile.workflow import CASE
from cases.clocks import actions as clock_actions
from cases.clocks.models import Clock
from cases.clocks.workflow import CLOCK, PRIVATE_CLOCK
from cases.clocks.workflow import workflow_of as clock_workflow
from cases.custody import actions as lot_actions
from cases.custody.models import GoodsLot
from cases.custody.workflow import LOT
from cases.intake import actions as lead_actions
from cases.intake.models import Lead
from cases.intake.workflow import LEAD
from cases.papers import actions as paper_actions
from cases.papers.models import IncomingPaper, Paper
from cases.papers.workflow import INCOMING, PAPER
from cases.proceedings import actions as proceeding_actions
from cases.proceedings import assessing, auditing, executing, persons, properties, punishing
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from cases.proceedings.workflow import (
    ADMINISTRATIVE,
    CRIMINAL,
    CUSTODY,
    DECISION,
    LIBERTY,
    PROPERTY,
    SUSPECT,
    measure_workflow_of,
)
from cases.proceedings.workflow import workflow_of as proceeding_workflow
from cases.sharing import actions as sharing_actions
from cases.watchlists import actions as listing_actions
from cases.watchlists.models import Listing
from cases.watchlists.workflow import LISTING
from coordination.chasing import actions as chase_actions
from coordination.chasing.models import ChaseLetter
from coordination.chasing.workflow import CHASE_LETTER
from coordination.conferences import actions as conference_actions
from coordination.conferences.models import Conference
from coordination.conferences.workflow import CONFERENCE
from coordination.corrections import actions as correction_actions
from coordination.corrections.models import Correction
from coordination.corrections.workflow import CORRECTION
from coordination.directions import actions as direction_actions
from coordination.directions.models import Direction
from coordination.directions.workflow import BY_KIND as DIRECTIONS
from coordination.directions.workflow import workflow_of as direction_workflow
from coordination.notes import actions as note_actions
from coordination.notes.models import Note
from coordination.notes.workflow import NOTE
from coordination.opinions import actions as opinion_actions
from coordination.opinions.models import Opinion, OpinionRound
from coordination.opinions.workflow import OPINION, ROUND
from coordination.papers.actions import issue_paper, refill_paper
from coordination.playbooks.actions import PROCEEDING_ACTIONS as PLAYBOOK_ACTIONS
from coordination.referrals import actions as referral_actions
from coordination.referrals.actions import after_filing, letters
from coordination.referrals.actions.walking import ask_step
from coordination.referrals.models import Referral
from coordination.referrals.workflow import BY_KIND
from coordination.referrals.workflow import workflow_of as referral_workflow
from coordination.routing import actions as routing_actions
from coordination.routing.models import RuleSet
from coordination.routing.workflow import RULE_SET
from coordination.sealed import actions as sealed_actions
from coordination.sealed.models import SealedLetter
from coordination.sealed.workflow import SEALED
from coordination.tasks import actions as task_actions
from coordination.tasks.actions import end_steps
from coordination.tasks.models import Task
from coordination.tasks.workflow import TASK

Action = Callable[..., Any]


@dataclass(frozen=True)
class Button:
    """One verb open to somebody now."""

    verb: str
    words: Words
    url: str


@dataclass(frozen=True)
class Done:
    """What an act left: the thing as it stands, and what it made, if it made something."""

    thing: Any
    created: Any = None


@dataclass(frozen=True)
class Noun:
    """`name` as in URLs (plural), `kind` as in the journal, `page` the URL name of a thing's page.

    `policy` says who may knock at all; administrators, who read no cases, only where they are asked to confirm.
    """

    name: str
    kind: str
    model: type[Any]
    page: str
    workflows: tuple[Workflow, ...]
    workflow_of: Callable[[Any], Workflow]
    actions_of: Callable[[Any], Mapping[str, Action]]
    related: tuple[str, ...] = ()
    policy: Policy = CASE_READER

    @property
    def verbs(self) -> list[str]:
        """Every verb of every table of this noun that a person or machine may press."""
        return sorted({v for w in self.workflows for v, line in w.moves.items() if not line.system})

    def find(self, actor: Actor, pk: UUID) -> Any:
        """The thing if this actor may see it; Http404 otherwise, and the same for an id that never was."""
        found = self.model.objects.visible_to(actor).select_related(*self.related).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def url(self, thing: Any) -> str:
        return reverse(self.page, args=[_page_of(thing)])

    def buttons(self, actor: Actor, thing: Any) -> list[Button]:
        workflow = self.workflow_of(thing)
        return [
            Button(verb, workflow.words[verb], reverse("verb", args=[self.name, thing.pk, verb]))
            for verb in workflow.open_to(actor, thing)
        ]

    def form(self, actor: Actor, thing: Any, verb: str, *, strict: bool = False, **kwargs: Any) -> AskForm:
        asks = self.workflow_of(thing).asks_of(verb, actor, thing)
        return AskForm(asks, thing=thing, actor=actor, strict=strict, **kwargs)

    def refuse_stranger(self, actor: Actor, thing: Any, verb: str) -> None:
        """Raises Forbidden where the verb is not this actor's at all, Http404 where this thing has no such verb."""
        self._workflow_with(verb, thing).refuse_stranger(verb, actor, thing)

    def _workflow_with(self, verb: str, thing: Any) -> Workflow:
        workflow = self.workflow_of(thing)
        if verb not in workflow.moves or workflow.moves[verb].system:
            raise Http404
        return workflow

    def act(self, actor: Actor, thing: Any, verb: str, data: Any, *, files: Any = None, strict: bool = False) -> Done:
        """Presses a verb with raw input. Raises Http404 for a verb this thing has not, and every Refusal.

        Right and state are asked before the input is read: who may not do it at all learns that, not about fields.
        """
        workflow = self._workflow_with(verb, thing)
        came_late = thing.state not in workflow.moves[verb].frm
        workflow.check(verb, actor, thing, told_by=last_move(self.kind, thing.pk) if came_late else "")
        form = self.form(actor, thing, verb, strict=strict, data=data, files=files)
        if not form.is_valid():
            raise Invalid(field_errors(form))
        behalf = workflow.behalf_of(verb, actor, thing)
        if behalf is not None and behalf.of_chief and second_person(actor) is None:
            return Done(thing, created=self._ask_second(actor, thing, verb, behalf, form))
        result = self.actions_of(thing)[verb](thing, actor=actor, **form.given())
        thing.refresh_from_db()
        return Done(thing, created=result if isinstance(result, models.Model) else None)

    def _ask_second(self, actor: Actor, thing: Any, verb: str, behalf: Behalf, form: AskForm) -> Confirmation:
        """A chief's step of an absent agency waits for a second person, with the answers as they were given."""
        given = {name: plain(value) for name, value in form.given().items() if name != "version"}
        given.setdefault("happened_at", times.now().isoformat())
        chosen = str(given.get(behalf.paper.name, ""))
        paper = dict(behalf.paper.choices(thing, actor)).get(chosen, "") if behalf.paper.choices else chosen
        return confirmation_actions.ask_to_record(
            thing, verb, actor=actor, organ=behalf.organ(thing), object_kind=self.kind, answers=given,
            paper=str(paper)[:200], barred=behalf.barred(thing) if behalf.barred else (),
        )  # fmt: skip


def _page_of(thing: Any) -> UUID:
    """Suspects and their measures are read on the page of their proceeding."""
    if isinstance(thing, Measure):
        thing = thing.suspect
    found: UUID = thing.proceeding_id if isinstance(thing, Suspect | PropertyMeasure) else thing.pk
    return found


def field_errors(form: AskForm) -> Iterator[FieldError]:
    """A form's errors as JSON pointers."""
    for name, errors in form.errors.as_data().items():
        pointer = "" if name == "__all__" else f"/{name}"
        for error in errors:
            yield FieldError(pointer, error.code or "invalid", " ".join(ValidationError(error).messages))


def _by_verb(action: Action, *workflows: Workflow, **special: Action) -> dict[str, Action]:
    """The generic action bound to each verb, except where a verb has a function of its own."""

    def bound(verb: str) -> Action:
        def act(thing: Any, *, actor: Actor, **given: Any) -> Any:
            return action(thing, verb, actor=actor, **given)

        return act

    verbs = {verb for workflow in workflows for verb in workflow.moves}
    return {verb: bound(verb) for verb in verbs} | special


CASE_ACTIONS = (
    case_actions.ACTIONS
    | sharing_actions.ACTIONS
    | paper_actions.CASE_ACTIONS
    | lot_actions.CASE_ACTIONS
    | proceeding_actions.CASE_ACTIONS
    | task_actions.CASE_ACTIONS
    | referral_actions.CASE_ACTIONS
    | note_actions.CASE_ACTIONS
    | sealed_actions.CASE_ACTIONS
    | direction_actions.CASE_ACTIONS
    | opinion_actions.CASE_ACTIONS
    | conference_actions.CASE_ACTIONS
)
ADMINISTRATIVE_ACTIONS = _by_verb(
    *(proceeding_actions.move_proceeding, ADMINISTRATIVE),
    **{"add_line": proceeding_actions.add_line, **punishing.PROCEEDING_ACTIONS, **properties.PROCEEDING_ACTIONS}
    | auditing.PROCEEDING_ACTIONS
    | PLAYBOOK_ACTIONS,
)
CRIMINAL_ACTIONS = _by_verb(
    *(persons.move_criminal, CRIMINAL),
    **{"add_line": persons.add_suspect, **properties.PROCEEDING_ACTIONS, **after_filing.PROCEEDING_ACTIONS}
    | PLAYBOOK_ACTIONS,
)
PAPER_ACTIONS = _by_verb(
    paper_actions.move_paper,
    PAPER,
    refill=refill_paper,
    issue=issue_paper,
    file_scan=paper_actions.file_scan,
    withdraw=paper_actions.withdraw,
    reissue=paper_actions.reissue,
)
INCOMING_ACTIONS = _by_verb(paper_actions.move_incoming, INCOMING)
DECISION_ACTIONS = _by_verb(
    *(proceeding_actions.move_line, DECISION),
    **{**punishing.LINE_ACTIONS, **assessing.LINE_ACTIONS, **executing.LINE_ACTIONS, **letters.DECISION_ACTIONS},
)
SUSPECT_ACTIONS = _by_verb(persons.move_suspect, SUSPECT)
PROPERTY_ACTIONS = _by_verb(properties.move_property, PROPERTY, **properties.PROPERTY_ACTIONS)
LOT_ACTIONS = lot_actions.ACTIONS | properties.LOT_ACTIONS
MEASURE_ACTIONS = _by_verb(persons.move_measure, CUSTODY, LIBERTY)


def _step_back(thing: Any, at: datetime) -> None:
    """The tasks of the state in which a thing stands again after its last move was annulled."""
    if isinstance(thing, Referral):
        end_steps(thing.pk, at=at)
        ask_step(thing, at=at)


CORRECTION_ACTIONS = _by_verb(
    correction_actions.move_correction,
    CORRECTION,
    confirm=partial(correction_actions.confirm_correction, step_back=_step_back),
)
STEP_ACTIONS = _by_verb(move_step, BEHALF)


def _record_for_absent(confirmation: Confirmation, second: Actor) -> None:
    """Records what the chief asked for, with the rights that the chief has now."""
    asked_by, noun = confirmation.requester, BY_KIND_NAME[confirmation.object_kind]
    thing = None
    if asked_by is not None and asked_by.is_active and confirmation.object_id is not None:
        chief = actor_for(asked_by)
        thing = noun.model.objects.visible_to(chief).filter(pk=confirmation.object_id).first()
    if thing is None:
        detail = gettext("The person who asked may no longer record this. Somebody else has to ask anew.")
        raise MoveRefused([Missing("requester", detail)])
    with seconded_by(second):
        noun.act(chief, thing, confirmation.verb, confirmation.answers, strict=True)


CONFIRMATION_ACTIONS = _by_verb(
    confirmation_actions.move_confirmation,
    CONFIRMATION,
    confirm=partial(confirmation_actions.confirm, carry_out=_record_for_absent),
)

NOUNS = {
    noun.name: noun
    for noun in (
        Noun("leads", "lead", Lead, "lead", (LEAD,), lambda t: LEAD, lambda t: lead_actions.ACTIONS, ("organ", "case")),
        Noun("cases", "case", Case, "case", (CASE,), lambda t: CASE, lambda t: CASE_ACTIONS, ("lead",)),
        Noun(
            *("proceedings", "proceeding", Proceeding, "proceeding", (ADMINISTRATIVE, CRIMINAL)),
            proceeding_workflow,
            lambda t: CRIMINAL_ACTIONS if t.is_criminal else ADMINISTRATIVE_ACTIONS,
            ("case", "organ"),
        ),
        Noun(
            *("decisions", "decision", Decision, "decision", (DECISION,)),
            lambda t: DECISION,
            lambda t: DECISION_ACTIONS,
            ("proceeding__case", "party"),
        ),
        Noun(
            *("suspects", "suspect", Suspect, "proceeding", (SUSPECT,)),
            lambda t: SUSPECT,
            lambda t: SUSPECT_ACTIONS,
            ("proceeding__case", "party", "nationality"),
        ),
        Noun(
            *("measures", "measure", Measure, "proceeding", (CUSTODY, LIBERTY)),
            measure_workflow_of,
            lambda t: MEASURE_ACTIONS,
            ("suspect__proceeding__case", "suspect__party"),
        ),
        Noun(
            *("property-measures", "property", PropertyMeasure, "proceeding", (PROPERTY,)),
            lambda t: PROPERTY,
            lambda t: PROPERTY_ACTIONS,
            ("proceeding__case", "proceeding__organ"),
        ),
        Noun(
            *("referrals", "referral", Referral, "referral", tuple(BY_KIND.values())),
            referral_workflow,
            lambda t: referral_actions.ACTIONS_BY_KIND[t.kind],
            ("case", "sender", "receiver", "offence"),
        ),
        Noun(
            *("lots", "lot", GoodsLot, "lot", (LOT,), lambda t: LOT, lambda t: LOT_ACTIONS),
            ("case", "custodian", "title_organ", "offered_to", "item"),
        ),
        Noun(
            *("clocks", "clock", Clock, "clock", (CLOCK, PRIVATE_CLOCK)),
            clock_workflow,
            lambda t: clock_actions.ACTIONS,
            ("rule", "organ", "holder", "case"),
        ),
        Noun(
            *("incoming", "incoming", IncomingPaper, "incoming", (INCOMING,)),
            lambda t: INCOMING,
            lambda t: INCOMING_ACTIONS,
            ("case", "organ", "keeper"),
        ),
        Noun(
            *("recorded-steps", "behalf", BehalfStep, "recorded_step", (BEHALF,)),
            lambda t: BEHALF,
            lambda t: STEP_ACTIONS,
            ("event__stream",),
        ),
        Noun(
            *("corrections", "correction", Correction, "correction", (CORRECTION,)),
            lambda t: CORRECTION,
            lambda t: CORRECTION_ACTIONS,
            ("case", "lead", "event__stream", "organ"),
        ),
        Noun(
            *("confirmations", "confirmation", Confirmation, "confirmation", (CONFIRMATION,)),
            lambda t: CONFIRMATION,
            lambda t: CONFIRMATION_ACTIONS,
            ("organ", "confirmer_organ", "requester", "person"),
            ACTING,
        ),
        Noun(
            *("papers", "paper", Paper, "paper", (PAPER,)),
            lambda t: PAPER,
            lambda t: PAPER_ACTIONS,
            ("case", "organ__signs_as", "to", "replaces"),
        ),
        Noun(
            *("notes", "note", Note, "note", (NOTE,), lambda t: NOTE, lambda t: note_actions.ACTIONS),
            ("case", "organ", "unit", "author"),
        ),
        Noun(
            *("chase-letters", "chase", ChaseLetter, "chase_letter", (CHASE_LETTER,)),
            lambda t: CHASE_LETTER,
            lambda t: chase_actions.ACTIONS,
            ("sender", "organ", "handler"),
        ),
        Noun(
            *("sealed-letters", "sealed", SealedLetter, "sealed_letter", (SEALED,)),
            lambda t: SEALED,
            lambda t: sealed_actions.ACTIONS,
            ("case", "organ", "drafter", "approver", "deciding_organ"),
        ),
        Noun(
            *("directions", "direction", Direction, "direction", tuple(DIRECTIONS.values())),
            direction_workflow,
            lambda t: direction_actions.ACTIONS,
            ("case", "sender", "receiver", "origin__organ"),
        ),
        Noun(
            *("rule-sets", "rule_set", RuleSet, "rule_set", (RULE_SET,)),
            lambda t: RULE_SET,
            lambda t: routing_actions.ACTIONS,
            ("organ",),
        ),
        Noun(
            *("listings", "listing", Listing, "listing", (LISTING,)),
            lambda t: LISTING,
            lambda t: listing_actions.ACTIONS,
        ),
        Noun(
            *("opinion-rounds", "round", OpinionRound, "opinion_round", (ROUND,)),
            lambda t: ROUND,
            lambda t: opinion_actions.ROUND_ACTIONS,
            ("case", "organ"),
        ),
        Noun(
            *("opinions", "opinion", Opinion, "opinion", (OPINION,)),
            lambda t: OPINION,
            lambda t: opinion_actions.OPINION_ACTIONS,
            ("round__case", "round__organ", "organ"),
        ),
        Noun(
            *("conferences", "conference", Conference, "conference", (CONFERENCE,)),
            lambda t: CONFERENCE,
            lambda t: conference_actions.ACTIONS,
            ("case", "organ"),
        ),
        Noun("tasks", "task", Task, "task", (TASK,), lambda t: TASK, lambda t: task_actions.ACTIONS, ("case", "organ")),
    )
}
# Whose records are not put right by a second person; a confirmation is asked for anew, a paper is withdrawn or issued
# anew, a note edited, rules and an entry of a watch list get a new version, an opinion is taken back or given anew, a
# chase letter withdrawn or answered anew, and what is proposed of a sealed letter would be read by the organ.
NOT_PUT_RIGHT = {
    *("corrections", "papers", "notes", "rule-sets", "sealed-letters", "opinion-rounds", "opinions", "conferences"),
    "chase-letters",
    "listings",
    "confirmations",
}
# A task is handed over by a line of its table.
PASSED_ON = ("lead", "proceeding", "referral", "direction", "opinion", "chase")
BY_KIND_NAME = {noun.kind: noun for noun in NOUNS.values()}


def noun_of(thing: Any) -> Noun:
    return next(noun for noun in NOUNS.values() if isinstance(thing, noun.model))


def sentences() -> dict[tuple[str, ...], Any]:
    """What each verb reads like on a timeline, for every kind of thing.

    A referral is "accepted" by signing a receipt or by agreeing to help: the states left and reached tell them apart.
    """
    told: dict[tuple[str, ...], Any] = {}
    for noun in NOUNS.values():
        for workflow in noun.workflows:
            for verb, words in workflow.words.items():
                line = workflow.moves.get(verb)
                # Where tables share verb and states, the first and most general one speaks for all.
                keys: list[tuple[str, ...]] = [(noun.kind, verb)]
                if line and line.to:
                    keys += [(noun.kind, verb, line.to), *((noun.kind, verb, frm, line.to) for frm in line.frm)]
                for key in keys:
                    told.setdefault(key, words.told)
    raised = {
        "breach": _("the legal deadline passed"),
        "near": _("a legal deadline draws near"),
        "bridge": _("a measure of the sender ends before the filing review may: extend it, or let the review be told"),
        "expire": _("the measure has expired and must be released"),
        "escalate": _("a legal deadline was escalated"),
    }
    told |= {(kind, verb): words for kind in BY_KIND_NAME for verb, words in raised.items()}
    return told | {
        **{(kind, "correct"): _("corrected an earlier record") for kind in BY_KIND_NAME},
        **{(kind, ERASE): _("erased the words of an earlier record, as the law orders") for kind in BY_KIND_NAME},
        **{(kind, "annul"): _("annulled an earlier record") for kind in BY_KIND_NAME},
        ("clock", "recount"): _("the deadline was counted anew with the published schedule"),
        **{(kind, "pass_on"): _("handed it over to a colleague") for kind in PASSED_ON},
        ("agency", "export_list"): _("took a list out as a file"),
        ("agency", "quarantine_file"): _("sent a file with malware, which was put into quarantine"),
        # How files of two lists were told before all had one.
        **{
            (kind, "set_priority"): _("set the priority by hand") for kind in ("lead", "proceeding", "referral", "task")
        },
        **{(kind, "route"): _("routed it by rule") for kind in ("lead", "proceeding", "referral", "task")},
        ("agency", "export_clocks"): _("took out a list of deadlines as a file"),
        ("agency", "export_late"): _("took out the list of what is overdue as a file"),
        ("agency", "export_persons"): _("took out a list of persons and measures as a file"),
        ("referral", "take_package"): _("took the package out as a file"),
        ("calendar", "import_calendar"): _("imported a holiday schedule"),
        ("playbook", "publish_playbook"): _("published a playbook"),
    }
