"""Approvals (审批): every decision that waits for an office holder, one list for all resources.

Wiring, like `coordination.resources`. Each kind of decision is a row in KINDS; a test finds actions of office holders
that no kind offers.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields import DateTimeField
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import NEVER
from agencies.kernel.paging import Page, merged_page
from agencies.kernel.resource import RESOURCES, Resource
from agencies.kernel.work import Decides
from agencies.kernel.workflow import Text
from agencies.organisations.models import Agency
from agencies.people.deciding import DecidingOffice
from agencies.people.models import OfficeHolder
from agencies.people.timeline import Entry, entries, sentences
from agencies.work.models import WorkItem
from cases.clocks import access as clocks
from cases.clocks.access import HEADS
from cases.clocks.counting import end_of
from cases.clocks.models import Clock
from cases.clocks.texts import length
from cases.controls.citations import cited
from cases.proceedings import access as proceedings
from cases.proceedings.models import Decision
from coordination.exchange.confidential import access as confidential
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.confidential.workflow import possible_approvers
from coordination.exchange.instructions import access as instructions
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions import access as opinions
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals import access as referrals
from coordination.exchange.referrals.models import Referral

from .waiting import Reader

# A period is listed this long before its end, for office holders who may extend it: time enough to read, and not too
# early.
EXTEND_WITHIN = timedelta(days=7)
NOBODY = UUID(int=0)
SHOWN_ALARMS = 20

Rows = QuerySet[Any]
Facts = list[tuple[Text, Text]]


@dataclass(frozen=True)
class Kind:
    """One kind of decision. `waits(rows)` selects the waiting ones, `of_agencies(rows, agencies)` those of some
    agencies.

    `agency` and `case` are the paths from a row to the agency whose responsible person decides, and to its case.
    `title` names a row, `texts` are read before the decision: (heading, text). `office` bars participants; if one
    holder is named to decide, `named(rows, actor)` selects the rows of this actor and `possible(thing)` returns who may
    be named. `closed(rows)` selects those that every holder is barred from, `of_deputies(rows)`
    those that a deputy may decide. `related` and `prefetched` are loaded with each row.
    """

    resource: str
    words: Callable[[Any], Text]
    article: Callable[[Any], str]
    verbs: tuple[str, ...]
    waits: Callable[[Rows], Rows]
    of_agencies: Callable[[Rows, Collection[int]], Rows]
    agency: str
    case: str
    related: tuple[str, ...]
    title: Callable[[Any], Text]
    facts: Callable[[Any], Facts]
    texts: Callable[[Any], Facts]
    office: DecidingOffice
    named: Callable[[Rows, Actor], Rows] | None = None
    possible: Callable[[Any], list[OfficeHolder]] | None = None
    closed: Callable[[Rows], Rows] | None = None
    of_deputies: Callable[[Rows], Rows] = lambda rows: rows.none()
    prefetched: tuple[str, ...] = ()

    @property
    def registered(self) -> Resource:
        return RESOURCES[self.resource]

    def deciders(self, thing: Any) -> list[OfficeHolder]:
        """Office holders who took no part."""
        if self.possible is not None:
            return self.possible(thing)
        return list(self.office.eligible_holders(thing).select_related("user"))

    def visible_to(self, actor: Actor) -> Rows:
        return self.waits(self.registered.model.objects.visible_to(actor))

    def waiting(self, actor: Actor) -> Rows:
        """Rows waiting for the responsible person of the actor's agency; `barred`: this actor may not decide."""
        mine = self.of_agencies(self.visible_to(actor), decides_for(actor))
        if actor.deputy_of and not actor.offices:
            mine = self.of_deputies(mine)
        this = self.registered.model.objects.filter(pk=OuterRef("pk"))
        barred: Any = Exists(self.office.rows_barring(this, actor))
        if self.named is not None:
            barred |= ~Exists(self.named(this, actor))
        waiting: Rows = mine.annotate(barred=barred, due_order=_due_order(mine))
        return waiting


@dataclass(frozen=True)
class Approval:
    """A waiting row as shown in the list."""

    kind: Kind
    thing: Any

    @property
    def pk(self) -> UUID:
        key: UUID = self.thing.pk
        return key

    @property
    def words(self) -> Text:
        """The kind of decision."""
        return self.kind.words(self.thing)

    @property
    def article(self) -> str:
        """The article on who decides; "" if the running period has it."""
        return self.kind.article(self.thing)

    @property
    def cited(self) -> str:
        return cited(self.article)

    @property
    def title(self) -> Text:
        return self.kind.title(self.thing)

    @property
    def due_at(self) -> datetime | None:
        return getattr(self.thing, "due_at", None)

    @property
    def breach_at(self) -> datetime | None:
        return getattr(self.thing, "breach_at", None)

    @property
    def case(self) -> Any:
        return _along(self.thing, self.kind.case)

    @property
    def agency(self) -> Agency:
        found: Agency = _along(self.thing, self.kind.agency)
        return found

    @property
    def url(self) -> str:
        return self.kind.registered.url(self.thing)

    @property
    def query(self) -> str:
        return f"?resource={self.kind.resource}&id={self.thing.pk}"


def decides_for(actor: Actor) -> set[int]:
    """The agencies whose decisions are listed: those the actor is responsible for; for others their own, read-only."""
    return set(actor.responsible_for) or {actor.own_agency}


def _due_order(rows: Rows) -> Any:
    """Rows without a legal period come last."""
    if any(column.name == "due_at" for column in rows.model._meta.concrete_fields):
        return Coalesce("due_at", Value(NEVER))
    return Value(NEVER, output_field=DateTimeField())


def _along(thing: Any, path: str) -> Any:
    for name in path.split("__"):
        thing = getattr(thing, name)
    return thing


# Transfers -----------------------------------------------------------------------------------------------------------
def _transfer_facts(referral: Referral) -> Facts:
    offence = referral.offence
    team = [person.name for person in referral.team.order_by("username")]
    return [
        (_("Receiver"), referral.receiver.name),
        (_("Suspected offence"), f"{offence.name} ({offence.cited})" if offence else ""),
        (_("Team"), gettext(", ").join(team)),
        (_("Drafted by"), referral.drafter.name if referral.drafter else ""),
        *([(_("Proposed decision"), _proposed(referral))] if referral.proposed else []),
    ]


def _proposed(referral: Referral) -> Text:
    return RESOURCES["referrals"].workflow_of(referral).labels[referral.proposed].button


def _to_decide(rows: Rows) -> Rows:
    return rows.filter(Q(state=Referral.State.HEAD_DECISION) | Q(decider__isnull=False))


# Decisions about parties ---------------------------------------------------------------------------------------------
def _decision_facts(decision: Decision) -> Facts:
    inside = decision.proceeding
    return [
        (_("Party"), decision.party.name),
        (_("Unlawful act"), str(decision.act or "")),
        (_("Proceeding"), f"{inside.get_kind_display()} {inside.external_number}"),
        (_("Proposed"), gettext(", ").join(decision.penalty_labels)),
        (_("Proposed fine (CNY)"), "" if decision.proposed_fine_cny is None else f"{decision.proposed_fine_cny:,.2f}"),
    ]


def _decision_texts(decision: Decision) -> Facts:
    """The recommendation, and the results of hearing, legal review and discussion."""
    return [
        (_("Facts and evidence"), decision.facts),
        (_("Legal basis"), decision.basis),
        (_("Proposed penalty"), decision.proposed),
        (_("Record of the hearing"), decision.hearing_record),
        (_("Opinion of the legal review"), decision.review_opinion),
        (_("Collective discussion: participants"), decision.discussed_by),
        (_("Minutes, dissent included"), decision.minutes),
        (_("Conclusion of the discussion"), decision.conclusion),
    ]


# Extensions ----------------------------------------------------------------------------------------------------------
def _ending_soon(clocks: Rows) -> Rows:
    """Periods that the office can still extend (not those extended already or by another agency): near their end, or
    with an application. The limit is a whole day, so that the compiled query holds for the day."""
    extendable: Any = clocks.extendable_by(HEADS)  # type: ignore[attr-defined]  # a ClockQuerySet
    applied = extendable.applied_for().order_by().values("pk")
    found: Rows = extendable.filter(Q(due_at__lte=end_of(times.today() + EXTEND_WITHIN)) | Q(pk__in=applied))
    return found


def _clock_facts(clock: Clock) -> Facts:
    facts: Facts = [(_("Legal basis"), clock.rule.cited), (_("Effect of expiry"), clock.rule.on_end)]
    waiting = clock.application
    if waiting is None:
        return [*facts, (_("Applied for"), _("No application has been made; the period ends soon."))]
    wanted = f"{length(waiting.length, waiting.step.unit)}, {waiting.step.ground} ({waiting.step.cited})"
    return [*facts, (_("Applied for"), wanted), (_("Applicant"), waiting.applicant.name)]


def _clock_texts(clock: Clock) -> Facts:
    waiting = clock.application
    reason: Facts = [(_("Reason of the application"), waiting.reason)] if waiting else []
    return [*reason, (_("How it may be extended"), clock.rule.extension)]


# Confidential letters ------------------------------------------------------------------------------------------------
def _out_of_office(rows: Rows) -> Rows:
    """The named decider no longer holds the office: the drafter takes the letter back and names another."""
    holders = OfficeHolder.objects.current().filter(agency=OuterRef("deciding_agency"), user__is_active=True)
    return rows.exclude(Exists(holders.filter(user=OuterRef("approver"))))


# Letters between superior and subordinate agencies -------------------------------------------------------------------
def _for_the_holder(rows: Rows) -> Rows:
    """Drafts submitted to the office holder, and objections to issued letters."""
    waiting = [Instruction.State.HEAD_DECISION, Instruction.State.OBJECTED]
    return rows.filter(state__in=waiting, kind__in=Instruction.BY_OFFICE)


def _without_holder(rows: Rows) -> Rows:
    return instructions.OFFICE.without_decider(_for_the_holder(rows).filter(sender__signs_in=True))


# Opinions of the agency ----------------------------------------------------------------------------------------------
def _opinion_texts(opinion: Opinion) -> Facts:
    """The question, and the opinion of each level below."""
    levels = [
        (
            gettext("%(level)s: %(stance)s")
            % {"level": level.get_level_display(), "stance": level.get_stance_display()},
            "\n".join(filter(None, (level.conditions, level.reasons))),
        )
        for level in opinion.levels.filter(turn=opinion.turn)
    ]
    return [(_("The question"), opinion.round.text), *levels]


KINDS = (
    Kind(
        resource="referrals",
        words=lambda referral: referral.get_kind_display(),
        article=lambda referral: "D310 art.5" if referral.is_transfer else "",
        # Each kind has its own final action: a transfer is approved, a conversion files or takes back.
        verbs=(
            *("approve", "file", "take_back", "order_filing", "obey", "not_file", "uphold", "disown"),
            *("call_off", "revoke", "revise", "return_proposal", "refuse"),
        ),
        waits=_to_decide,
        of_agencies=lambda rows, agencies: rows.filter(Q(decider__in=agencies) | Q(decider=None, sender__in=agencies)),
        agency="deciding_agency",
        case="case",
        related=("case", "sender", "receiver", "offence", "drafter", "holder", "decider"),
        title=lambda referral: referral.title,
        facts=_transfer_facts,
        texts=lambda referral: [
            (_("Facts, grounds and legal basis of the proposal"), referral.proposal if referral.decider_id else ""),
            (_("Report: facts, evidence, basis, recommendation"), referral.report),
        ],
        office=referrals.OFFICE,
        closed=lambda rows: referrals.OFFICE.without_decider(rows.filter(decider=None)),
        of_deputies=lambda rows: rows.filter(decider__isnull=False, proposed__in=referrals.BY_DEPUTIES),
    ),
    Kind(
        resource="decisions",
        words=lambda decision: _("Decision about a party"),
        article=lambda decision: "APL art.57",
        verbs=("decide", "mitigate", "no_penalty", "send_back"),
        waits=lambda rows: rows.filter(state=Decision.State.REVIEW),
        of_agencies=lambda rows, agencies: rows.filter(proceeding__agency__in=agencies),
        agency="proceeding__agency",
        case="proceeding__case",
        related=("proceeding__case", "proceeding__agency", "party", "act"),
        title=lambda decision: decision.party.name,
        facts=_decision_facts,
        texts=_decision_texts,
        office=proceedings.OFFICE,
        closed=proceedings.OFFICE.without_decider,
    ),
    Kind(
        resource="confidential-letters",
        words=lambda letter: _("Confidential letter"),
        article=lambda letter: "D310 art.18",
        verbs=("approve", "refuse"),
        waits=lambda rows: rows.filter(state=ConfidentialLetter.State.HEAD_DECISION),
        of_agencies=lambda rows, agencies: rows.filter(deciding_agency__in=agencies),
        agency="deciding_agency",
        case="case",
        related=("case", "agency", "deciding_agency", "drafter"),
        title=lambda letter: str(letter),
        facts=lambda letter: [
            (_("Receiving agency of the letter"), letter.addressee),
            (_("The official: name, agency, post"), letter.official),
            (_("Drafted by"), letter.drafter.name),
        ],
        texts=lambda letter: [(_("Facts and indications of evidence"), letter.facts)],
        office=confidential.OFFICE,
        named=lambda rows, actor: rows.filter(approver=actor.id),
        possible=possible_approvers,
        closed=_out_of_office,
    ),
    Kind(
        resource="opinions",
        words=lambda opinion: _("Opinion of the agency"),
        article=lambda opinion: "",
        verbs=("give", "confirm", "send_back"),
        waits=lambda rows: rows.filter(state__in=[Opinion.State.WITH_HEAD, Opinion.State.OUTDATED]),
        of_agencies=lambda rows, agencies: rows.filter(agency__in=agencies),
        agency="agency",
        case="round__case",
        related=("round__case", "round__agency", "agency", "handler"),
        title=lambda opinion: opinion.round.title,
        facts=lambda opinion: [
            (_("Requesting agency"), opinion.round.agency.name),
            (_("Based on earlier facts"), opinion.get_stance_display()),
        ],
        texts=_opinion_texts,
        office=opinions.OFFICE,
    ),
    Kind(
        resource="instructions",
        words=lambda instruction: instruction.get_kind_display(),
        article=lambda instruction: "",
        verbs=("issue", "send_back", "insist", "recall"),
        waits=_for_the_holder,
        of_agencies=lambda rows, agencies: rows.filter(sender__in=agencies),
        agency="sender",
        case="case",
        related=("case", "sender", "receiver", "drafter", "origin__agency"),
        title=lambda instruction: instruction.title,
        facts=lambda instruction: [
            (_("Addressee"), instruction.receiver.name),
            (_("Proceeding concerned"), str(instruction.origin or "")),
            (_("Drafted by"), instruction.drafter.name if instruction.drafter else ""),
        ],
        texts=lambda instruction: [
            (_("Text of the letter"), instruction.text),
            (_("Objection"), instruction.objection),
        ],
        office=instructions.OFFICE,
        closed=_without_holder,
    ),
    Kind(
        resource="clocks",
        words=lambda clock: _("Extension of a period"),
        article=lambda clock: "",
        verbs=("extend", "refuse"),
        waits=_ending_soon,
        of_agencies=lambda rows, agencies: rows.filter(Q(agency__in=agencies) | Q(agency=None, holder__in=agencies)),
        agency="owner",
        case="case",
        related=("rule", "case", "agency", "holder"),
        prefetched=("rule__extension_steps", "extensions__step"),
        title=lambda clock: clock.rule.name,
        facts=_clock_facts,
        texts=_clock_texts,
        office=clocks.OFFICE,
    ),
)
BY_NOUN = {kind.resource: kind for kind in KINDS}


# Waiting decisions ---------------------------------------------------------------------------------------------------
def waiting_page(actor: Actor, params: Mapping[str, Any], **size: int) -> Page:
    """One page of decisions that wait for the actor's agency, nearest deadline first; its items are Approvals."""
    lists = [kind.waiting(actor).select_related(*kind.related).prefetch_related(*kind.prefetched) for kind in KINDS]
    page = merged_page(lists, params, column="due_order", **size)
    by_model = {kind.registered.model: kind for kind in KINDS}
    return page.of([Approval(by_model[type(thing)], thing) for thing in page.items])


COUNTED, WAITING = "approvals:", "decides "  # before the name of a kind, among the names of what is counted
# Kinds with work items, by resource. A confidential letter has none; a period is listed by how near its end is.
BY_ROWS = {"referrals": "referral", "decisions": "decision", "opinions": "opinion", "instructions": "instruction"}


def waiting_rows(reader: Reader, *, alarms: bool = False) -> dict[str, Rows]:
    """Work items that wait for a decision, by kind. Only kinds with such rows need their own, more expensive query.

    Covers the offices of the reader, and with `alarms` the agencies whose alarms they receive.
    """
    actor = reader.actor
    agencies = actor.responsible_for | ({actor.own_agency} if alarms and actor.leads(actor.agency_id) else set())
    waiting = WorkItem.objects.filter(decides=Decides.HEAD)
    if not (alarms and actor.is_centre):
        if not agencies:
            return {}
        waiting = waiting.filter(agency_id__in=agencies)
    return {WAITING + resource: waiting.filter(kind=kind) for resource, kind in BY_ROWS.items()}


def decidable(actor: Actor, counts: Mapping[str, int] | None = None) -> dict[str, Rows]:
    """What this holder may decide, by kind; the sum is the number beside "Approvals".

    Without `counts` the kinds that have no work items, with the counts of `waiting_rows` the others.
    """
    if not actor.responsible_for:
        return {}
    if counts is None:
        kinds = [kind for kind in KINDS if kind.resource not in BY_ROWS]
    else:
        kinds = [kind for kind in KINDS if counts.get(WAITING + kind.resource)]
    return {COUNTED + kind.resource: kind.waiting(actor).filter(barred=False) for kind in kinds}


def find(actor: Actor, resource: str, pk: str) -> Approval:
    """A decision that waits or waited, so that a second person sees who decided. Raises Http404 for anything else."""
    kind = BY_NOUN.get(resource)
    try:
        key = UUID(pk)
    except ValueError:
        raise Http404 from None
    if kind is None:
        raise Http404
    thing = kind.registered.model.objects.visible_to(actor).select_related(*kind.related).filter(pk=key).first()
    if thing is None or _along(thing, kind.agency).pk not in decides_for(actor):
        raise Http404
    return Approval(kind, thing)


def remarks_on(actor: Actor, thing: Any, resource: Resource) -> list[Entry]:
    """Notes, reasons and dissent of all steps so far, newest first."""
    events = Event.objects.filter(object_kind=resource.kind, object_id=thing.pk).readable_by_agency(actor.agency_id)
    timeline = entries(events.select_related("note").order_by("-happened_at", "-id"), actor, sentences())
    return [entry for entry in timeline if entry.note]


# Drafted on a case, and decided later by the responsible person of the drafter's agency.
DRAFTED_ON_A_CASE = {"draft_transfer", "convert", *Instruction.BY_OFFICE}


@dataclass(frozen=True)
class Instead:
    """Who would decide if a holder of the office drafted or edited a thing now: the other holders; without any, an
    acting holder appointed by document, or the superior agency."""

    others: list[OfficeHolder]
    above: Agency | None


def barred_by_writing(actor: Actor, resource: Resource, thing: Any, verb: str) -> Instead | None:
    """Who would decide if this office holder drafted or edited the thing now; None if that would not bar them, or they
    are barred already."""
    if resource.name == "cases":
        return _barred_by_drafting(actor, verb)
    kind, workflow = BY_NOUN.get(resource.name), resource.workflow_of(thing)
    if kind is None or verb not in workflow.transitions or not workflow.transitions[verb].writes:
        return None
    ways = [
        way
        for one in kind.verbs
        if one in workflow.transitions
        for way in workflow.proxy_recordings(one)
        if way.instead
    ]
    if not ways and kind.named is None:  # no office decides this kind
        return None
    if not actor.holds_office(kind.office.agency(thing).pk) or kind.office.bars(actor, thing):
        return None
    above = kind.office.superior(thing) if ways else None
    return Instead(_without(actor, kind.deciders(thing)), above)


def _barred_by_drafting(actor: Actor, verb: str) -> Instead | None:
    if verb not in {*DRAFTED_ON_A_CASE, "draft_confidential_letter"} or not actor.holds_office(actor.own_agency):
        return None
    own = Agency.objects.get(pk=actor.own_agency)
    if verb in DRAFTED_ON_A_CASE:
        return Instead(_without(actor, holders_of(own.pk)), own.superior)
    return Instead(_without(actor, possible_approvers(ConfidentialLetter(agency=own))), None)


def _without(actor: Actor, holders: Iterable[OfficeHolder]) -> list[OfficeHolder]:
    return [held for held in holders if str(held.user_id) != actor.id]


def holders_of(agency_id: int) -> list[OfficeHolder]:
    return list(OfficeHolder.objects.current().filter(agency=agency_id, user__is_active=True).select_related("user"))


# Alarms --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Alarm:
    """A decision without an eligible approver raises an alarm and is never approved automatically."""

    words: Text
    title: str
    agency: Agency
    url: str


def counting_alarms(actor: Actor, counts: Mapping[str, int]) -> dict[str, Rows]:
    """Counts for `alarms`. Usually all zero, so the alarms themselves need no query."""
    if not (actor.is_centre or actor.leads(actor.agency_id)):
        return {}
    waiting = [kind for kind in KINDS if kind.resource not in BY_ROWS or counts.get(WAITING + kind.resource)]
    kinds = [kind for kind in waiting if kind.closed is not None]
    return {f"alarm {kind.resource}": _stuck(kind, actor) for kind in kinds}


def alarms(actor: Actor, counted: Mapping[str, int]) -> list[Alarm]:
    """For leads of an agency its own alarms, for the centre those of every case that it reads."""
    return list(islice(_found(actor, counted), SHOWN_ALARMS))


def _found(actor: Actor, counted: Mapping[str, int]) -> Iterator[Alarm]:
    for kind in KINDS:
        if counted.get(f"alarm {kind.resource}"):
            for thing in _stuck(kind, actor).order_by("pk")[:SHOWN_ALARMS]:
                one = Approval(kind, thing)
                yield Alarm(one.words, str(one.title), one.agency, one.url)


def _stuck(kind: Kind, actor: Actor) -> Rows:
    rows = kind.visible_to(actor).select_related(*kind.related)
    closed: Rows = kind.closed(rows) if kind.closed is not None else rows.none()
    return closed if actor.is_centre else kind.of_agencies(closed, {actor.own_agency})
