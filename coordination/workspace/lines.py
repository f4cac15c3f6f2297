"""Lines: what is told of a thing that waits, of whatever noun, on home, in queues, on the board and in loads.

Wiring: it knows every noun.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES, Button
from agencies.kernel.workflow import Labels
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from coordination.automation.routing.placement import Placed
from coordination.exchange.conferences.models import Conference
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.access import reads_package
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task

Text = str | Promise
Offer = Callable[[], Button | None]


@dataclass(frozen=True)
class Source:
    """A list of some noun that a section draws on, as its address without what the section adds."""

    page: str
    query: str
    label: Text


@dataclass(frozen=True)
class Line:
    """One thing to work down. `key` is what it is really about, so that a step and its referral are one line."""

    key: tuple[str, Any]
    sections: frozenset[str]
    source: Source | None
    what: Text
    note: str
    url: Text
    waits: Agency | None
    why: Text
    due_at: datetime | None
    breach_at: datetime | None
    offer: Offer
    kind: str = "duty"
    routing: Placed | None = None
    pick: str = ""  # the name of its box, where rows are chosen

    @cached_property
    def button(self) -> Button | None:
        """The next step. Asked for where it is shown: what a person may do of a thing takes longer than the thing."""
        return self.offer()


TITLES: dict[str, Text] = {
    "overdue": _("Late"),
    "soon": _("Due within 24 hours"),
    "decide": _("Awaiting your decision"),
    "returned": _("Returned to us"),
    "reminded": _("Reminders to be answered"),
    "referrals": _("Referrals waiting for us"),
    "instructions": _("Instructions"),
    "opinions": _("Opinions requested from us"),
    "conferences": _("Conferences waiting for us"),
    "triage": _("Leads to triage"),
    "rules": _("Control rules changed on our cases"),
    "mine": _("My tasks"),
    "unclaimed": _("Unclaimed tasks"),
    "elsewhere": pgettext_lazy("work of others", "Late at other agencies"),
}
READ_AND_DECIDE = Labels(_("Read and decide"), "", "primary")
CLOCKS = "running_clocks"
R = Referral.State
RETURNED = (R.RETURNED, R.SUPPLEMENT)
WHY_REFERRAL: dict[str, Text] = {
    R.DRAFT_REPORT: _("Your agency's report is not submitted yet."),
    R.HEAD_DECISION: _("The responsible person of your agency decides."),
    R.APPROVED: _("Approved: it must now be transferred."),
    R.DELIVERED: _("Delivered to your agency: the receipt is not signed yet."),
    R.ACCEPTED: _("Your agency signed the receipt and must decide whether to file."),
    R.SUPPLEMENT: _("The receiving agency requested missing papers."),
    R.NOT_OURS: _("Your agency found that it is not competent: forward or return the matter."),
    R.NOT_FILED: _("Not filed: your agency may request reconsideration or supervision, or drop the objection."),
    R.RECONSIDERATION: _("The sender requests reconsideration of the non-filing by your agency."),
    R.UPHELD: _("Non-filing upheld: your agency may turn to the procuratorate, or drop the objection."),
    R.SUGGESTED: _("An agency requests supervision of the filing: your agency examines it."),
    R.REASONS_ASKED: _("The procuratorate asks your agency for the reasons for not filing."),
    R.EXPLAINED: _("The police explained: your agency decides whether to uphold their reasons."),
    R.REASONS_STAND: _("Your agency upheld the reasons: the agency must be notified."),
    R.ORDERED: _("The procuratorate ordered your agency to file."),
    R.DRAFT: _("Your agency's draft is not sent yet."),
    R.SENT: _("Your agency must accept, return or decline it."),
    R.IN_WORK: _("Your agency accepted the request and must answer it."),
    R.RETURNED: _("It was returned to your agency for completion."),
    R.NOT_COMPETENT: _("The other agency declined competence."),
    R.DESIGNATION: _("Your agency must designate who is competent."),
    R.CENTRE_ASKED: _("The two agencies ask for an opinion."),
    R.OPINED: _("By the centre's opinion your agency is competent."),
    R.AT_OFFICE: _("The Coordination Mechanism Office decides."),
    R.DESIGNATED: _("Your agency was designated and must take it over."),
    R.RESUMED: _("Your agency has resumed it and must report the result."),
}
# Where a kind asks something else in a state that others have too.
WHY_OF_KIND: dict[tuple[str, str], Text] = {
    (Referral.Kind.ADMINISTRATIVE, R.SENT): _("Your agency must state whether it is competent."),
    (Referral.Kind.REVERSE, R.SENT): _("Sent back to your agency: the receipt is not signed yet."),
    (Referral.Kind.OPINION, R.SENT): _("Sent back to your agency: the receipt is not signed yet."),
    (Referral.Kind.NOTICE, R.SENT): _("A letter to your agency: confirm that it was read."),
    (Referral.Kind.COPY, R.SENT): _("A letter to your agency: confirm that it was read."),
}


def urgency(due_at: datetime | None, breach_at: datetime | None, now: datetime) -> set[str]:
    if breach_at is not None and breach_at < now:
        return {"overdue"}
    return {"soon"} if due_at is not None and due_at <= now + SOON else set()


def next_button(resource: str, actor: Actor, thing: Any) -> Button | None:
    return next((b for b in RESOURCES[resource].buttons(actor, thing) if b.words.tone == "primary"), None)


def decision_query(resource: str, pk: Any) -> str:
    """The parameters by which the approvals page opens one decision beside its file."""
    return f"?resource={resource}&id={pk}"


def decision_button(resource: str, actor: Actor, thing: Any, *, waits: bool = True) -> Button | None:
    """Opens the file of the decision with all that may be decided. `waits`: the approvals page has it; otherwise the
    page of the thing."""
    registered, button = RESOURCES[resource], next_button(resource, actor, thing)
    if button is None or registered.decision is None or button.verb not in registered.decision.verbs:
        return button
    url = reverse("approvals") + decision_query(resource, thing.pk) if waits else registered.url(thing)
    return replace(button, words=READ_AND_DECIDE, url=url)


def away(line: Line, thing: Any, doer: Agency) -> Line:
    """The line of an item whose next step is another agency's: its state, and not the handler there."""
    return replace(line, why=str(thing.get_state_display()), waits=doer, offer=nothing)


def nothing() -> None:
    """What a line offers whose next step is another's, or stands on its page."""


def referral_line(referral: Referral, actor: Actor, now: datetime) -> Line:
    opened = reads_package(referral, actor)
    sections = {"referrals"} | urgency(referral.due_at, referral.breach_at, now)
    query, label = f"waiting_on={actor.agency_code}", TITLES["referrals"]
    if referral.came_back:
        sections.add("returned")
    if referral.state in decided_by(actor):
        sections.add("decide")
    return Line(
        key=("referral", referral.pk),
        sections=frozenset(sections),
        source=None if "returned" in sections and referral.state not in RETURNED else Source("referrals", query, label),
        what=referral.title if opened else referral.get_kind_display(),
        note=" · ".join(filter(None, (referral.number, str(referral.get_kind_display()) if opened else ""))),
        url=reverse_lazy("referral", args=[referral.pk]),
        waits=_other_side(referral, actor),
        why=_why_referral(referral),
        due_at=referral.due_at,
        breach_at=referral.breach_at,
        offer=_offer_of_referral(referral, actor, decides="decide" in sections),
    )


def _offer_of_referral(referral: Referral, actor: Actor, *, decides: bool) -> Offer:
    if referral.to_revise:
        return nothing  # revised on its page before it is submitted again
    if decides:
        return partial(decision_button, "referrals", actor, referral, waits=_waits_for_office(referral))
    return partial(next_button, "referrals", actor, referral)


def _why_referral(referral: Referral) -> Text:
    if referral.to_revise:  # only its own agency sees the draft
        return gettext("Returned for revision: %(remarks)s") % {"remarks": Truncator(referral.to_revise).chars(160)}
    return WHY_OF_KIND.get((referral.kind, referral.state)) or WHY_REFERRAL.get(referral.state, "")


def _waits_for_office(referral: Referral) -> bool:
    """Submitted to the office. Without a proposal the office decides on the page of the referral."""
    return referral.state == R.HEAD_DECISION or referral.decider_id is not None


def _other_side(referral: Referral, actor: Actor) -> Agency | None:
    """Before the hand-over nobody outside waits: the receiver does not know of it."""
    if referral.delivered_at is None:
        return None
    return referral.sender if referral.receiver_id == actor.agency_id else referral.receiver


_BY_RESPONSIBLE = (R.ACCEPTED, R.RECONSIDERATION, R.ORDERED)


def decided_by(actor: Actor) -> tuple[str, ...]:
    """States in which the next step is this person's own decision, as the tables say."""
    if actor.offices:
        return (R.HEAD_DECISION, *_BY_RESPONSIBLE)
    return _BY_RESPONSIBLE if actor.deputy_of else ()


def task_line(task: Task, desk: str, actor: Actor, now: datetime) -> Line:
    by_referral = task.source is not None
    sources = {
        "mine": Source("tasks", "mine=1", _("My tasks")),
        "unclaimed": Source("tasks", f"unclaimed=1&agency={actor.agency_code}", _("Unclaimed tasks")),
        "others": Source("tasks", f"agency={actor.agency_code}", _("Tasks of my agency")),
    }
    return Line(
        key=("referral", task.source) if by_referral else ("task", task.pk),
        sections=frozenset({desk} | urgency(task.due_at, task.due_at, now)),
        source=sources[desk],
        what=task.label,
        note="",
        url=reverse_lazy("referral", args=[task.source]) if by_referral else reverse_lazy("task", args=[task.pk]),
        waits=task.asked_by,
        why=_why_task(task, desk),
        due_at=task.due_at,
        breach_at=task.due_at,
        # A claimed step is worked on the referral itself.
        offer=nothing
        if by_referral and task.state == Task.State.CLAIMED
        else partial(next_button, "tasks", actor, task),
    )


def _why_task(task: Task, desk: str) -> Text:
    if desk == "mine":
        return _("You have claimed it.")
    if desk == "unclaimed" or task.assignee is None:
        return _("Not claimed yet.")
    return gettext("%(name)s is handling it.") % {"name": task.assignee.name}


def lead_line(lead: Lead, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("lead", lead.pk),
        sections=frozenset({"triage"} | urgency(lead.due_at, lead.breach_at, now)),
        source=None
        if lead.has_open_news
        else Source("leads", f"to_triage=1&agency={actor.agency_code}", TITLES["triage"]),
        what=lead.title,
        note=gettext("Severity: %(level)s") % {"level": lead.get_severity_display()},
        url=reverse_lazy("lead", args=[lead.pk]),
        waits=lead.source_agency if lead.source_agency_id != lead.agency_id else None,
        why=_why_lead(lead, actor),
        due_at=lead.due_at,
        breach_at=lead.breach_at,
        offer=partial(next_button, "leads", actor, lead),
    )


def _why_lead(lead: Lead, actor: Actor) -> Text:
    if lead.has_open_news:
        return _("The source sent a new revision: take it over to the case or set it aside.")
    if lead.officer is None:
        return _("Not taken up yet.")
    if str(lead.officer_id) == actor.id:
        return _("It is assigned to you.") if lead.state == Lead.State.RECEIVED else _("You have taken it up.")
    return gettext("%(name)s is handling it.") % {"name": lead.officer.name}


D = Instruction.State
WHY_INSTRUCTION: dict[str, Text] = {
    D.DRAFT: _("Your agency's draft is not sent yet."),
    D.HEAD_DECISION: _("The responsible person of your agency decides."),
    D.SENT: _("Sent to your agency: the receipt is not signed yet."),
    D.RECEIVED: _("Your agency signed the receipt and must reply."),
    D.REPORTED: _("The subordinate agency reported: your agency accepts the report or returns it."),
    D.OBJECTED: _("The subordinate agency objects: your agency insists or recalls."),
    D.RETURNED: _("It was returned to your agency for completion."),
}


def instruction_line(instruction: Instruction, actor: Actor, now: datetime) -> Line:
    sections = {"instructions"} | urgency(instruction.due_at, instruction.due_at, now)
    for_holder = instruction.state in (D.HEAD_DECISION, D.OBJECTED) and instruction.kind in Instruction.BY_OFFICE
    decides = for_holder and instruction.sender_id in actor.offices
    if decides:
        sections.add("decide")
    other = instruction.receiver if instruction.sender_id == actor.agency_id else instruction.sender
    return Line(
        key=("instruction", instruction.pk),
        sections=frozenset(sections),
        source=None if decides else Source("instructions", f"waiting_on={actor.agency_code}", TITLES["instructions"]),
        what=instruction.title,
        note=" · ".join(filter(None, (instruction.number, str(instruction.get_kind_display())))),
        url=reverse_lazy("instruction", args=[instruction.pk]),
        waits=None if instruction.sent_at is None else other,
        why=WHY_INSTRUCTION.get(instruction.state, ""),
        due_at=instruction.due_at,
        breach_at=instruction.due_at,
        offer=partial(decision_button if decides else next_button, "instructions", actor, instruction),
    )


OS = Opinion.State
WHY_OPINION: dict[str, Text] = {
    OS.ASKED: _("Your agency is asked for its opinion."),
    OS.WITH_LEAD: _("The officer's opinion is written: the lead's opinion is next."),
    OS.WITH_HEAD: _("The responsible person of your agency decides."),
    OS.OUTDATED: _("Facts changed since your agency gave its opinion: confirm it or change it."),
}


def opinion_line(opinion: Opinion, actor: Actor, now: datetime) -> Line:
    decides = opinion.state in (OS.WITH_HEAD, OS.OUTDATED) and opinion.agency_id in actor.offices
    sections = {"opinions"} | urgency(opinion.due_at, opinion.due_at, now) | ({"decide"} if decides else set())
    return Line(
        key=("opinion", opinion.pk),
        sections=frozenset(sections),
        source=None if decides else Source("opinion_rounds", f"waiting_on={actor.agency_code}", TITLES["opinions"]),
        what=opinion.round.title,
        note="",
        url=reverse_lazy("opinion", args=[opinion.pk]),
        waits=opinion.round.agency,
        why=WHY_OPINION.get(opinion.state, ""),
        due_at=opinion.due_at,
        breach_at=opinion.due_at,
        offer=partial(decision_button if decides else next_button, "opinions", actor, opinion),
    )


WHY_CONFERENCE: dict[str, Text] = {
    Conference.State.CALLED: _("Your agency has not replied to the invitation."),
    Conference.State.MINUTES: _("Your agency has not confirmed the minutes."),
}


def conference_line(conference: Conference) -> Line:
    return Line(
        key=("conference", conference.pk),
        sections=frozenset({"conferences"}),
        source=Source("conferences", "waiting=1", TITLES["conferences"]),
        what=conference.title,
        note=timezone.localtime(conference.starts_at).strftime("%Y-%m-%d %H:%M"),
        url=reverse_lazy("conference", args=[conference.pk]),
        waits=conference.agency,
        why=WHY_CONFERENCE[conference.state],
        due_at=None,
        breach_at=None,
        offer=nothing,
    )


def clock_line(clock: Any, actor: Actor, now: datetime) -> Line:
    in_proceeding = clock.subject_kind == Proceeding.clock_kind
    return Line(
        key=("clock", clock.pk),
        sections=frozenset(urgency(clock.due_at, clock.breach_at, now)),
        source=Source(CLOCKS, f"agency={actor.agency_code}&kind=duty", _("Statutory periods of my agency")),
        what=clock.rule.name,
        note=f"{clock.case.number} {clock.case.title}",
        url=reverse_lazy("proceeding" if in_proceeding else "case", args=[_page_of(clock)]),
        waits=None,
        why=gettext("A statutory period is running: %(article)s.") % {"article": clock.rule.cited},
        due_at=clock.due_at,
        breach_at=clock.breach_at,
        offer=nothing,
    )


def _page_of(clock: Clock) -> Any:
    return clock.subject_id if clock.subject_kind == Proceeding.clock_kind else clock.case_id


def reminder_line(letter: Reminder, actor: Actor, now: datetime) -> Line:
    if letter.handler is None:
        why: Text = _("Not taken on yet.")
    elif str(letter.handler_id) == actor.id:
        why = _("It concerns a matter that you handle.")
    else:
        why = gettext("%(name)s is handling it.") % {"name": letter.handler.name}
    return Line(
        key=("reminder", letter.pk),
        sections=frozenset({"reminded"} | urgency(letter.due_at, letter.breach_at, now)),
        source=Source("reminders", f"waiting_on={actor.agency_code}", TITLES["reminded"]),
        what=_("Reminder"),
        note=letter.number,
        url=reverse_lazy("reminder", args=[letter.pk]),
        waits=letter.sender,
        why=why,
        due_at=letter.due_at,
        breach_at=letter.breach_at,
        offer=partial(next_button, "reminders", actor, letter),
    )


L = ConfidentialLetter.State
WHY_CONFIDENTIAL: dict[str, Text] = {
    L.DRAFT: _("Your draft is not submitted yet."),
    L.HEAD_DECISION: _("You decide on it."),
    L.APPROVED: _("Approved: it must be sent promptly."),
    L.SENT: _("Sent: the receipt is not recorded yet."),
    L.RECEIVED: _("Received: the result is not recorded yet."),
}


def confidential_line(letter: ConfidentialLetter, actor: Actor) -> Line:
    """By person; nothing of what it is about is said where somebody may look over his shoulder."""
    orphaned = letter.drafter_has_left
    decides = letter.state == L.HEAD_DECISION and not orphaned
    return Line(
        key=("confidential", letter.pk),
        sections=frozenset({"decide" if decides else "mine"}),
        source=None if decides else Source("confidential_letters", "", _("Confidential letters")),
        what=_("Confidential letter"),
        note=letter.number,
        url=RESOURCES["confidential-letters"].url(letter),
        waits=letter.agency if letter.agency_id != actor.agency_id else None,
        why=_("The drafter has left: a person who knows of the letter must continue it.")
        if orphaned
        else WHY_CONFIDENTIAL[letter.state],
        due_at=None,
        breach_at=None,
        offer=partial(decision_button if decides else next_button, "confidential-letters", actor, letter),
    )


def decision_line(decision: Decision, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("decision", decision.pk),
        sections=frozenset({"decide"} | urgency(decision.due_at, decision.breach_at, now)),
        source=None,
        what=decision.party.name,
        note=f"{decision.proceeding.case.number} {decision.proceeding.case.title}",
        url=RESOURCES["decisions"].url(decision),
        waits=None,
        why=_("Legal review and discussion are done: the responsible person decides."),
        due_at=decision.due_at,
        breach_at=decision.breach_at,
        offer=partial(decision_button, "decisions", actor, decision),
    )


def changed_rules_line(case: Case) -> Line:
    return Line(
        key=("case", case.pk),
        sections=frozenset({"rules"}),
        source=None,
        what=case.title,
        note=case.number,
        url=f"{reverse('case', args=[case.pk])}#items",
        waits=None,
        why=_("The rules changed since the control basis of an item was recorded: determine anew, or keep it."),
        due_at=None,
        breach_at=None,
        offer=nothing,
    )


def offer_line(case: Case) -> Line:
    return Line(
        key=("case", case.pk),
        sections=frozenset({"decide"}),
        source=None,
        what=case.title,
        note=case.number,
        url=reverse_lazy("case", args=[case.pk]),
        waits=case.lead,
        why=_("The lead of this case is offered to your agency."),
        due_at=None,
        breach_at=None,
        offer=partial(
            Button,
            "accept_lead",
            RESOURCES["cases"].workflows[0].labels["accept_lead"],
            reverse("verb", args=["cases", case.pk, "accept_lead"]),
        ),
    )
