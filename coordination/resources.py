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
from agencies.journal.models import ProxyStep
from agencies.journal.proxy_steps import transition_proxy_step
from agencies.journal.transitions import confirmed_by, describe_last_transition, second_person, to_json_value
from agencies.journal.workflow import PROXY_STEP
from agencies.kernel import times
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.permissions import ACTING, CASE_READER, Permission
from agencies.kernel.proxy_recording import ProxyRecording
from agencies.kernel.workflow import Labels, Workflow
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
from coordination.automation.playbooks.actions import PROCEEDING_ACTIONS as PLAYBOOK_ACTIONS
from coordination.automation.routing import actions as routing_actions
from coordination.automation.routing.models import RuleSet
from coordination.automation.routing.workflow import RULE_SET
from coordination.documents.actions import issue_paper, refill_paper
from coordination.exchange.conferences import actions as conference_actions
from coordination.exchange.conferences.models import Conference
from coordination.exchange.conferences.workflow import CONFERENCE
from coordination.exchange.confidential import actions as confidential_actions
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.confidential.workflow import CONFIDENTIAL
from coordination.exchange.corrections import actions as correction_actions
from coordination.exchange.corrections.models import Correction
from coordination.exchange.corrections.workflow import CORRECTION
from coordination.exchange.instructions import actions as instruction_actions
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.instructions.workflow import BY_KIND as INSTRUCTIONS
from coordination.exchange.instructions.workflow import workflow_of as instruction_workflow
from coordination.exchange.notes import actions as note_actions
from coordination.exchange.notes.models import Note
from coordination.exchange.notes.workflow import NOTE
from coordination.exchange.opinions import actions as opinion_actions
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.opinions.workflow import OPINION, ROUND
from coordination.exchange.referrals import actions as referral_actions
from coordination.exchange.referrals.actions import after_filing, letters
from coordination.exchange.referrals.actions.transitions import ask_step
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import BY_KIND
from coordination.exchange.referrals.workflow import workflow_of as referral_workflow
from coordination.exchange.reminders import actions as reminder_actions
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.reminders.workflow import REMINDER
from coordination.exchange.tasks import actions as task_actions
from coordination.exchange.tasks.actions import end_steps
from coordination.exchange.tasks.models import Task
from coordination.exchange.tasks.workflow import TASK

Action = Callable[..., Any]


@dataclass(frozen=True)
class Button:
    """One verb open to somebody now."""

    verb: str
    words: Labels
    url: str


@dataclass(frozen=True)
class Done:
    """What an act left: the thing as it stands, and what it made, if it made something."""

    thing: Any
    created: Any = None


@dataclass(frozen=True)
class Resource:
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
    permission: Permission = CASE_READER

    @property
    def verbs(self) -> list[str]:
        """Every verb of every table of this noun that a person or machine may press."""
        return sorted({v for w in self.workflows for v, line in w.transitions.items() if not line.system})

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
            Button(verb, workflow.labels[verb], reverse("verb", args=[self.name, thing.pk, verb]))
            for verb in workflow.open_to(actor, thing)
        ]

    def form(self, actor: Actor, thing: Any, verb: str, *, strict: bool = False, **kwargs: Any) -> ActionForm:
        fields = self.workflow_of(thing).fields_of(verb, actor, thing)
        return ActionForm(fields, thing=thing, actor=actor, strict=strict, **kwargs)

    def refuse_stranger(self, actor: Actor, thing: Any, verb: str) -> None:
        """Raises Forbidden where the verb is not this actor's at all, Http404 where this thing has no such verb."""
        self._workflow_with(verb, thing).refuse_stranger(verb, actor, thing)

    def _workflow_with(self, verb: str, thing: Any) -> Workflow:
        workflow = self.workflow_of(thing)
        if verb not in workflow.transitions or workflow.transitions[verb].system:
            raise Http404
        return workflow

    def act(self, actor: Actor, thing: Any, verb: str, data: Any, *, files: Any = None, strict: bool = False) -> Done:
        """Presses a verb with raw input. Raises Http404 for a verb this thing has not, and every Refusal.

        Right and state are asked before the input is read: who may not do it at all learns that, not about fields.
        """
        workflow = self._workflow_with(verb, thing)
        came_late = thing.state not in workflow.transitions[verb].sources
        workflow.check(
            verb, actor, thing, last_change=describe_last_transition(self.kind, thing.pk) if came_late else ""
        )
        form = self.form(actor, thing, verb, strict=strict, data=data, files=files)
        if not form.is_valid():
            raise Invalid(field_errors(form))
        proxy = workflow.proxy_of(verb, actor, thing)
        if proxy is not None and proxy.of_chief and second_person(actor) is None:
            return Done(thing, created=self._ask_second(actor, thing, verb, proxy, form))
        result = self.actions_of(thing)[verb](thing, actor=actor, **form.given())
        thing.refresh_from_db()
        return Done(thing, created=result if isinstance(result, models.Model) else None)

    def _ask_second(self, actor: Actor, thing: Any, verb: str, proxy: ProxyRecording, form: ActionForm) -> Confirmation:
        """A chief's step of an absent agency waits for a second person, with the answers as they were given."""
        given = {name: to_json_value(value) for name, value in form.given().items() if name != "version"}
        given.setdefault("happened_at", times.now().isoformat())
        chosen = str(given.get(proxy.paper.name, ""))
        paper = dict(proxy.paper.choices(thing, actor)).get(chosen, "") if proxy.paper.choices else chosen
        return confirmation_actions.request_proxy_step(
            thing, verb, actor=actor, agency=proxy.agency(thing), object_kind=self.kind, answers=given,
            paper=str(paper)[:200], barred=proxy.barred(thing) if proxy.barred else (),
        )  # fmt: skip


def _page_of(thing: Any) -> UUID:
    """Suspects and their measures are read on the page of their proceeding."""
    if isinstance(thing, Measure):
        thing = thing.suspect
    found: UUID = thing.proceeding_id if isinstance(thing, Suspect | PropertyMeasure) else thing.pk
    return found


def field_errors(form: ActionForm) -> Iterator[FieldError]:
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

    verbs = {verb for workflow in workflows for verb in workflow.transitions}
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
    | confidential_actions.CASE_ACTIONS
    | instruction_actions.CASE_ACTIONS
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
    correction_actions.transition_correction,
    CORRECTION,
    confirm=partial(correction_actions.confirm_correction, step_back=_step_back),
)
STEP_ACTIONS = _by_verb(transition_proxy_step, PROXY_STEP)


def _record_for_absent(confirmation: Confirmation, second: Actor) -> None:
    """Records what the chief asked for, with the rights that the chief has now."""
    asked_by, resource = confirmation.requester, RESOURCE_OF_KIND[confirmation.object_kind]
    thing = None
    if asked_by is not None and asked_by.is_active and confirmation.object_id is not None:
        chief = actor_for(asked_by)
        thing = resource.model.objects.visible_to(chief).filter(pk=confirmation.object_id).first()
    if thing is None:
        detail = gettext("The person who asked may no longer record this. Another person has to ask again.")
        raise TransitionRefused([UnmetCondition("requester", detail)])
    with confirmed_by(second):
        resource.act(chief, thing, confirmation.verb, confirmation.answers, strict=True)


CONFIRMATION_ACTIONS = _by_verb(
    confirmation_actions.transition_confirmation,
    CONFIRMATION,
    confirm=partial(confirmation_actions.confirm, carry_out=_record_for_absent),
)

RESOURCES = {
    resource.name: resource
    for resource in (
        Resource(
            "leads", "lead", Lead, "lead", (LEAD,), lambda t: LEAD, lambda t: lead_actions.ACTIONS, ("agency", "case")
        ),
        Resource("cases", "case", Case, "case", (CASE,), lambda t: CASE, lambda t: CASE_ACTIONS, ("lead",)),
        Resource(
            *("proceedings", "proceeding", Proceeding, "proceeding", (ADMINISTRATIVE, CRIMINAL)),
            proceeding_workflow,
            lambda t: CRIMINAL_ACTIONS if t.is_criminal else ADMINISTRATIVE_ACTIONS,
            ("case", "agency"),
        ),
        Resource(
            *("decisions", "decision", Decision, "decision", (DECISION,)),
            lambda t: DECISION,
            lambda t: DECISION_ACTIONS,
            ("proceeding__case", "party"),
        ),
        Resource(
            *("suspects", "suspect", Suspect, "proceeding", (SUSPECT,)),
            lambda t: SUSPECT,
            lambda t: SUSPECT_ACTIONS,
            ("proceeding__case", "party", "nationality"),
        ),
        Resource(
            *("measures", "measure", Measure, "proceeding", (CUSTODY, LIBERTY)),
            measure_workflow_of,
            lambda t: MEASURE_ACTIONS,
            ("suspect__proceeding__case", "suspect__party"),
        ),
        Resource(
            *("property-measures", "property", PropertyMeasure, "proceeding", (PROPERTY,)),
            lambda t: PROPERTY,
            lambda t: PROPERTY_ACTIONS,
            ("proceeding__case", "proceeding__agency"),
        ),
        Resource(
            *("referrals", "referral", Referral, "referral", tuple(BY_KIND.values())),
            referral_workflow,
            lambda t: referral_actions.ACTIONS_BY_KIND[t.kind],
            ("case", "sender", "receiver", "offence"),
        ),
        Resource(
            *("lots", "lot", GoodsLot, "lot", (LOT,), lambda t: LOT, lambda t: LOT_ACTIONS),
            ("case", "custodian", "title_agency", "offered_to", "item"),
        ),
        Resource(
            *("clocks", "clock", Clock, "clock", (CLOCK, PRIVATE_CLOCK)),
            clock_workflow,
            lambda t: clock_actions.ACTIONS,
            ("rule", "agency", "holder", "case"),
        ),
        Resource(
            *("incoming", "incoming", IncomingPaper, "incoming", (INCOMING,)),
            lambda t: INCOMING,
            lambda t: INCOMING_ACTIONS,
            ("case", "agency", "keeper"),
        ),
        Resource(
            *("recorded-steps", "proxy", ProxyStep, "recorded_step", (PROXY_STEP,)),
            lambda t: PROXY_STEP,
            lambda t: STEP_ACTIONS,
            ("event__stream",),
        ),
        Resource(
            *("corrections", "correction", Correction, "correction", (CORRECTION,)),
            lambda t: CORRECTION,
            lambda t: CORRECTION_ACTIONS,
            ("case", "lead", "event__stream", "agency"),
        ),
        Resource(
            *("confirmations", "confirmation", Confirmation, "confirmation", (CONFIRMATION,)),
            lambda t: CONFIRMATION,
            lambda t: CONFIRMATION_ACTIONS,
            ("agency", "confirmer_agency", "requester", "person"),
            ACTING,
        ),
        Resource(
            *("papers", "paper", Paper, "paper", (PAPER,)),
            lambda t: PAPER,
            lambda t: PAPER_ACTIONS,
            ("case", "agency__signs_as", "to", "replaces"),
        ),
        Resource(
            *("notes", "note", Note, "note", (NOTE,), lambda t: NOTE, lambda t: note_actions.ACTIONS),
            ("case", "agency", "unit", "author"),
        ),
        Resource(
            *("reminders", "reminder", Reminder, "reminder", (REMINDER,)),
            lambda t: REMINDER,
            lambda t: reminder_actions.ACTIONS,
            ("sender", "agency", "handler"),
        ),
        Resource(
            *("confidential-letters", "confidential", ConfidentialLetter, "confidential_letter", (CONFIDENTIAL,)),
            lambda t: CONFIDENTIAL,
            lambda t: confidential_actions.ACTIONS,
            ("case", "agency", "drafter", "approver", "deciding_agency"),
        ),
        Resource(
            *("instructions", "instruction", Instruction, "instruction", tuple(INSTRUCTIONS.values())),
            instruction_workflow,
            lambda t: instruction_actions.ACTIONS,
            ("case", "sender", "receiver", "origin__agency"),
        ),
        Resource(
            *("rule-sets", "rule_set", RuleSet, "rule_set", (RULE_SET,)),
            lambda t: RULE_SET,
            lambda t: routing_actions.ACTIONS,
            ("agency",),
        ),
        Resource(
            *("listings", "listing", Listing, "listing", (LISTING,)),
            lambda t: LISTING,
            lambda t: listing_actions.ACTIONS,
        ),
        Resource(
            *("opinion-rounds", "round", OpinionRound, "opinion_round", (ROUND,)),
            lambda t: ROUND,
            lambda t: opinion_actions.ROUND_ACTIONS,
            ("case", "agency"),
        ),
        Resource(
            *("opinions", "opinion", Opinion, "opinion", (OPINION,)),
            lambda t: OPINION,
            lambda t: opinion_actions.OPINION_ACTIONS,
            ("round__case", "round__agency", "agency"),
        ),
        Resource(
            *("conferences", "conference", Conference, "conference", (CONFERENCE,)),
            lambda t: CONFERENCE,
            lambda t: conference_actions.ACTIONS,
            ("case", "agency"),
        ),
        Resource(
            "tasks", "task", Task, "task", (TASK,), lambda t: TASK, lambda t: task_actions.ACTIONS, ("case", "agency")
        ),
    )
}
# Whose records are not put right by a second person; a confirmation is asked for anew, a paper is withdrawn or issued
# anew, a note edited, rules and an entry of a watch list get a new version, an opinion is taken back or given anew, a
# reminder withdrawn or answered anew, and what is proposed of a confidential letter would be read by the agency.
NOT_PUT_RIGHT = {
    *(
        "corrections",
        "papers",
        "notes",
        "rule-sets",
        "confidential-letters",
        "opinion-rounds",
        "opinions",
        "conferences",
    ),
    "reminders",
    "listings",
    "confirmations",
}
# A task is handed over by a line of its table.
PASSED_ON = ("lead", "proceeding", "referral", "instruction", "opinion", "reminder")
RESOURCE_OF_KIND = {resource.kind: resource for resource in RESOURCES.values()}


def resource_of(thing: Any) -> Resource:
    return next(resource for resource in RESOURCES.values() if isinstance(thing, resource.model))


def sentences() -> dict[tuple[str, ...], Any]:
    """What each verb reads like on a timeline, for every kind of thing.

    A referral is "accepted" by signing a receipt or by agreeing to help: the states left and reached tell them apart.
    """
    told: dict[tuple[str, ...], Any] = {}
    for resource in RESOURCES.values():
        for workflow in resource.workflows:
            for verb, words in workflow.labels.items():
                line = workflow.transitions.get(verb)
                # Where tables share verb and states, the first and most general one speaks for all.
                keys: list[tuple[str, ...]] = [(resource.kind, verb)]
                if line and line.to:
                    keys += [
                        (resource.kind, verb, line.to),
                        *((resource.kind, verb, sources, line.to) for sources in line.sources),
                    ]
                for key in keys:
                    told.setdefault(key, words.sentence)
    raised = {
        "breach": _("the legal deadline passed"),
        "near": _("a legal deadline draws near"),
        "bridge": _("a measure of the sender ends before the filing review: extend it, or inform the reviewing agency"),
        "expire": _("the measure has expired and must be released"),
        "escalate": _("a late matter was escalated to the superior"),
    }
    told |= {(kind, verb): words for kind in RESOURCE_OF_KIND for verb, words in raised.items()}
    return told | {
        **{(kind, "correct"): _("corrected an earlier record") for kind in RESOURCE_OF_KIND},
        **{(kind, ERASE): _("erased the content of an earlier record as required by law") for kind in RESOURCE_OF_KIND},
        **{(kind, "annul"): _("annulled an earlier record") for kind in RESOURCE_OF_KIND},
        ("clock", "recount"): _("the deadline was recalculated from the published schedule"),
        **{(kind, "pass_on"): _("handed it over to a colleague") for kind in PASSED_ON},
        ("agency", "export_list"): _("exported a list"),
        ("agency", "quarantine_file"): _("sent a file with malware, which was put into quarantine"),
        # How files of two lists were told before all had one.
        **{
            (kind, "set_priority"): _("set the priority by hand") for kind in ("lead", "proceeding", "referral", "task")
        },
        **{(kind, "route"): _("routed it by rule") for kind in ("lead", "proceeding", "referral", "task")},
        ("agency", "export_clocks"): _("exported a list of deadlines"),
        ("agency", "export_late"): _("exported the list of late items"),
        ("agency", "export_persons"): _("exported a list of persons and measures"),
        ("referral", "take_package"): _("exported the package"),
        ("calendar", "import_calendar"): _("imported a holiday schedule"),
        ("playbook", "publish_playbook"): _("published a playbook"),
    }
