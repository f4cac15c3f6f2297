"""Approvals (审批): every decision that waits for the holder of an office, one list over all nouns.

Wiring, as `coordination.nouns`. A further kind of decision is a row in KINDS; a test finds verbs of office holders that
no kind offers.
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
from agencies.kernel.counting import Worded, worded
from agencies.kernel.filtering import NEVER
from agencies.kernel.moves import Text
from agencies.kernel.paging import Page, merged_page
from agencies.organs.models import Agency
from agencies.people.deciding import DecidingOffice
from agencies.people.models import OfficeHolder
from agencies.people.timeline import Entry, entries
from cases.clocks import access as clocks
from cases.clocks.access import HEADS
from cases.clocks.models import Clock
from cases.clocks.words import length
from cases.controls.citations import cited
from cases.proceedings import access as proceedings
from cases.proceedings.models import Decision
from coordination.directions import access as directions
from coordination.directions.models import Direction
from coordination.opinions import access as opinions
from coordination.opinions.models import Opinion
from coordination.referrals import access as referrals
from coordination.referrals.models import Referral
from coordination.sealed import access as sealed
from coordination.sealed.models import SealedLetter
from coordination.sealed.workflow import possible_approvers

from .nouns import NOUNS, Noun, sentences

# How long before its end a period is put before whoever may extend it: time enough to read, and not yet noise.
EXTEND_WITHIN = timedelta(days=7)
NOBODY = UUID(int=0)
SHOWN_ALARMS = 20

Rows = QuerySet[Any]
Facts = list[tuple[Text, Text]]


@dataclass(frozen=True)
class Kind:
    """One kind of decision. `waits(rows)` are those that wait, `of_organs(rows, organs)` those of some organs.

    `organ` and `case` are the paths from a row to the organ whose responsible person decides, and to its case. `title`
    is what a row is called, `texts` what is read before the decision: (heading, text). `office` bars who took part;
    where one holder is named to decide, `named(rows, actor)` are those of this actor and
    `possible(thing)` who may be named. `closed(rows)` are those that
    nobody may decide.
    """

    noun: str
    words: Callable[[Any], Text]
    article: Callable[[Any], str]
    verbs: tuple[str, ...]
    waits: Callable[[Rows], Rows]
    of_organs: Callable[[Rows, Collection[int]], Rows]
    organ: str
    case: str
    related: tuple[str, ...]
    title: Callable[[Any], Text]
    facts: Callable[[Any], Facts]
    texts: Callable[[Any], Facts]
    office: DecidingOffice
    named: Callable[[Rows, Actor], Rows] | None = None
    possible: Callable[[Any], list[OfficeHolder]] | None = None
    closed: Callable[[Rows], Rows] | None = None

    @property
    def door(self) -> Noun:
        return NOUNS[self.noun]

    def deciders(self, thing: Any) -> list[OfficeHolder]:
        """Who holds the office and took no part."""
        if self.possible is not None:
            return self.possible(thing)
        return list(self.office.outsiders(thing).select_related("user"))

    def visible_to(self, actor: Actor) -> Rows:
        return self.waits(self.door.model.objects.visible_to(actor))

    def waiting(self, actor: Actor) -> Rows:
        """What waits for the responsible person of the actor's organ, with whether this actor is `barred` from it."""
        mine = self.of_organs(self.visible_to(actor), decides_for(actor))
        this = self.door.model.objects.filter(pk=OuterRef("pk"))
        barred: Any = Exists(self.office.barred(this, actor))
        if self.named is not None:
            barred |= ~Exists(self.named(this, actor))
        waiting: Rows = mine.annotate(barred=barred, due_order=_due_order(mine))
        return waiting


@dataclass(frozen=True)
class Approval:
    """One row that waits, and what is told of it in a list."""

    kind: Kind
    thing: Any

    @property
    def pk(self) -> UUID:
        key: UUID = self.thing.pk
        return key

    @property
    def words(self) -> Text:
        """What kind of decision it is."""
        return self.kind.words(self.thing)

    @property
    def article(self) -> str:
        """The article that says who decides; "" where the running period's says it."""
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
    def organ(self) -> Agency:
        found: Agency = _along(self.thing, self.kind.organ)
        return found

    @property
    def url(self) -> str:
        """Its own page."""
        return self.kind.door.url(self.thing)

    @property
    def query(self) -> str:
        return f"?noun={self.kind.noun}&id={self.thing.pk}"


def decides_for(actor: Actor) -> set[int]:
    """The organs whose decisions are on the list: those of his offices; for anybody else his own, to read."""
    return set(actor.offices) or {actor.own_organ}


def _due_order(rows: Rows) -> Any:
    """What the law gives no number of days comes last."""
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
    ]


# Decisions about parties ---------------------------------------------------------------------------------------------
def _decision_facts(decision: Decision) -> Facts:
    inside = decision.proceeding
    return [
        (_("Party"), decision.party.name),
        (_("Unlawful act"), str(decision.act or "")),
        (_("Proceeding"), f"{inside.get_kind_display()} {inside.external_number}"),
        (_("Proposed"), gettext(", ").join(decision.penalty_words)),
        (_("Proposed fine (CNY)"), "" if decision.proposed_fine_cny is None else f"{decision.proposed_fine_cny:,.2f}"),
    ]


def _decision_texts(decision: Decision) -> Facts:
    """The recommendation, and what the hearing, the legal review and the discussion said to it."""
    return [
        (_("Facts and evidence"), decision.facts),
        (_("Legal basis"), decision.basis),
        (_("Proposed penalty"), decision.proposed),
        (_("Record of the hearing"), decision.hearing_record),
        (_("Opinion of the legal review"), decision.review_opinion),
        (_("Collective discussion: who took part"), decision.discussed_by),
        (_("Minutes, dissent included"), decision.minutes),
        (_("Conclusion of the discussion"), decision.conclusion),
    ]


# Extensions ----------------------------------------------------------------------------------------------------------
def _ending_soon(clocks: Rows) -> Rows:
    """Periods that his office can still extend (what is spent, or granted elsewhere, is no question): those near their
    end, and those for which somebody applied."""
    extendable: Any = clocks.extendable_by(HEADS)  # type: ignore[attr-defined]  # a ClockQuerySet
    applied = extendable.applied_for().order_by().values("pk")
    found: Rows = extendable.filter(Q(due_at__lte=times.now() + EXTEND_WITHIN) | Q(pk__in=applied))
    return found


def _clock_facts(clock: Clock) -> Facts:
    facts: Facts = [(_("Legal basis"), clock.rule.cited), (_("What its end means"), clock.rule.on_end)]
    waiting = clock.application
    if waiting is None:
        return [*facts, (_("Applied for"), _("Nobody has applied; the period ends soon."))]
    wanted = f"{length(waiting.length, waiting.step.unit)}, {waiting.step.ground} ({waiting.step.cited})"
    return [*facts, (_("Applied for"), wanted), (_("Applicant"), waiting.applicant.name)]


def _clock_texts(clock: Clock) -> Facts:
    waiting = clock.application
    reason: Facts = [(_("Reason of the application"), waiting.reason)] if waiting else []
    return [*reason, (_("How it may be extended"), clock.rule.extension)]


# Sealed letters -------------------------------------------------------------------------------------------------------
def _out_of_office(rows: Rows) -> Rows:
    """Whoever was to decide holds the office no longer: the drafter takes it back and names another."""
    holders = OfficeHolder.objects.current().filter(organ=OuterRef("deciding_organ"), user__is_active=True)
    return rows.exclude(Exists(holders.filter(user=OuterRef("approver"))))


# Letters up and down --------------------------------------------------------------------------------------------------
def _for_the_holder(rows: Rows) -> Rows:
    """Drafts submitted to him, and objections to what he has issued."""
    waiting = [Direction.State.HEAD_DECISION, Direction.State.OBJECTED]
    return rows.filter(state__in=waiting, kind__in=Direction.BY_OFFICE)


def _without_holder(rows: Rows) -> Rows:
    return directions.OFFICE.without_decider(_for_the_holder(rows).filter(sender__signs_in=True))


# Opinions of the organ ------------------------------------------------------------------------------------------------
def _opinion_texts(opinion: Opinion) -> Facts:
    """The question, and what each level below said."""
    said = [
        (
            gettext("%(level)s: %(stance)s")
            % {"level": level.get_level_display(), "stance": level.get_stance_display()},
            "\n".join(filter(None, (level.conditions, level.reasons))),
        )
        for level in opinion.levels.filter(turn=opinion.turn)
    ]
    return [(_("The question"), opinion.round.text), *said]


KINDS = (
    Kind(
        noun="referrals",
        words=lambda referral: referral.get_kind_display(),
        article=lambda referral: "D310 art.5" if referral.is_transfer else "",
        # Each kind has its own way on: a transfer is approved, a conversion files or takes back.
        verbs=("approve", "file", "take_back", "refuse"),
        waits=lambda rows: rows.filter(state=Referral.State.HEAD_DECISION),
        of_organs=lambda rows, organs: rows.filter(sender__in=organs),
        organ="sender",
        case="case",
        related=("case", "sender", "receiver", "offence", "drafter", "holder"),
        title=lambda referral: referral.title,
        facts=_transfer_facts,
        texts=lambda referral: [(_("Report: facts, evidence, basis, recommendation"), referral.report)],
        office=referrals.OFFICE,
        closed=referrals.OFFICE.without_decider,
    ),
    Kind(
        noun="decisions",
        words=lambda decision: _("Decision about a party"),
        article=lambda decision: "APL art.57",
        verbs=("decide", "mitigate", "no_penalty", "send_back"),
        waits=lambda rows: rows.filter(state=Decision.State.REVIEW),
        of_organs=lambda rows, organs: rows.filter(proceeding__organ__in=organs),
        organ="proceeding__organ",
        case="proceeding__case",
        related=("proceeding__case", "proceeding__organ", "party", "act"),
        title=lambda decision: decision.party.name,
        facts=_decision_facts,
        texts=_decision_texts,
        office=proceedings.OFFICE,
        closed=proceedings.OFFICE.without_decider,
    ),
    Kind(
        noun="sealed-letters",
        words=lambda letter: _("Sealed letter"),
        article=lambda letter: "D310 art.18",
        verbs=("approve", "refuse"),
        waits=lambda rows: rows.filter(state=SealedLetter.State.HEAD_DECISION),
        of_organs=lambda rows, organs: rows.filter(deciding_organ__in=organs),
        organ="deciding_organ",
        case="case",
        related=("case", "organ", "deciding_organ", "drafter"),
        title=lambda letter: str(letter),
        facts=lambda letter: [
            (_("Supervisory organ"), letter.addressee),
            (_("The official: name, organ, post"), letter.official),
            (_("Drafted by"), letter.drafter.name),
        ],
        texts=lambda letter: [(_("Facts and where they show"), letter.facts)],
        office=sealed.OFFICE,
        named=lambda rows, actor: rows.filter(approver=actor.id),
        possible=possible_approvers,
        closed=_out_of_office,
    ),
    Kind(
        noun="opinions",
        words=lambda opinion: _("Opinion of the organ"),
        article=lambda opinion: "",
        verbs=("give", "confirm", "send_back"),
        waits=lambda rows: rows.filter(state__in=[Opinion.State.WITH_HEAD, Opinion.State.OUTDATED]),
        of_organs=lambda rows, organs: rows.filter(organ__in=organs),
        organ="organ",
        case="round__case",
        related=("round__case", "round__organ", "organ", "handler"),
        title=lambda opinion: opinion.round.title,
        facts=lambda opinion: [
            (_("Asked by"), opinion.round.organ.name),
            (_("Given on earlier facts"), opinion.get_stance_display()),
        ],
        texts=_opinion_texts,
        office=opinions.OFFICE,
    ),
    Kind(
        noun="directions",
        words=lambda direction: direction.get_kind_display(),
        article=lambda direction: "",
        verbs=("issue", "send_back", "insist", "recall"),
        waits=_for_the_holder,
        of_organs=lambda rows, organs: rows.filter(sender__in=organs),
        organ="sender",
        case="case",
        related=("case", "sender", "receiver", "drafter", "origin__organ"),
        title=lambda direction: direction.title,
        facts=lambda direction: [
            (_("Addressee"), direction.receiver.name),
            (_("Proceeding it is about"), str(direction.origin or "")),
            (_("Drafted by"), direction.drafter.name if direction.drafter else ""),
        ],
        texts=lambda direction: [(_("Text of the letter"), direction.text), (_("Objection"), direction.objection)],
        office=directions.OFFICE,
        closed=_without_holder,
    ),
    Kind(
        noun="clocks",
        words=lambda clock: _("Extension of a period"),
        article=lambda clock: "",
        verbs=("extend", "refuse"),
        waits=_ending_soon,
        of_organs=lambda rows, organs: rows.filter(Q(organ__in=organs) | Q(organ=None, holder__in=organs)),
        organ="owner",
        case="case",
        related=("rule", "case", "organ", "holder"),
        title=lambda clock: clock.rule.name,
        facts=_clock_facts,
        texts=_clock_texts,
        office=clocks.OFFICE,
    ),
)
BY_NOUN = {kind.noun: kind for kind in KINDS}


# What waits ----------------------------------------------------------------------------------------------------------
def waiting_page(actor: Actor, params: Mapping[str, Any], **size: int) -> Page:
    """One page of what waits for the actor's organ, the nearest end first; its items are Approvals."""
    lists = [kind.waiting(actor).select_related(*kind.related) for kind in KINDS]
    page = merged_page(lists, params, column="due_order", **size)
    by_model = {kind.door.model: kind for kind in KINDS}
    return page.of([Approval(by_model[type(thing)], thing) for thing in page.items])


def counted(actor: Actor) -> dict[str, Rows]:
    """The lists whose sum stands beside "Approvals": what this holder himself may decide."""
    if not actor.offices:
        return {}
    return {f"approvals:{kind.noun}": kind.waiting(actor).filter(barred=False) for kind in KINDS}


def find(actor: Actor, noun: str, pk: str) -> Approval:
    """One that waits, or waited: whoever comes second must be told who decided. Http404 for anything else."""
    kind = BY_NOUN.get(noun)
    try:
        key = UUID(pk)
    except ValueError:
        raise Http404 from None
    if kind is None:
        raise Http404
    thing = kind.door.model.objects.visible_to(actor).select_related(*kind.related).filter(pk=key).first()
    if thing is None or _along(thing, kind.organ).pk not in decides_for(actor):
        raise Http404
    return Approval(kind, thing)


def words_on_the_way(actor: Actor, thing: Any, noun: Noun) -> list[Entry]:
    """What was said with each step until here: notes, reasons, dissent. Newest first."""
    events = Event.objects.filter(object_kind=noun.kind, object_id=thing.pk).within_reach_of(actor.organ_id)
    told = entries(events.select_related("note").order_by("-happened_at", "-id"), actor, sentences())
    return [entry for entry in told if entry.note]


# What is drafted on a case and decided later by the responsible person of the drafter's agency.
DRAFTED_ON_A_CASE = {"draft_transfer", "convert", *Direction.BY_OFFICE}


@dataclass(frozen=True)
class Instead:
    """Who would decide if a holder of the office drafted or edited a thing now: the other holders; where there are
    none, an acting one by document, or the agency above."""

    others: list[OfficeHolder]
    above: Agency | None


def barred_by_writing(actor: Actor, noun: Noun, thing: Any, verb: str) -> Instead | None:
    """Who would decide if this holder of the office drafted or edited the thing now; None where it bars them from
    nothing, or they are barred already."""
    if noun.name == "cases":
        return _barred_by_drafting(actor, verb)
    kind, workflow = BY_NOUN.get(noun.name), noun.workflow_of(thing)
    if kind is None or verb not in workflow.moves or not workflow.moves[verb].writes:
        return None
    ways = [way for one in kind.verbs if one in workflow.moves for way in workflow.behalves(one) if way.instead]
    if not ways and kind.named is None:  # of this kind no office decides
        return None
    if not actor.holds_office(kind.office.agency(thing).pk) or kind.office.bars(actor, thing):
        return None
    above = kind.office.superior(thing) if ways else None
    return Instead(_without(actor, kind.deciders(thing)), above)


def _barred_by_drafting(actor: Actor, verb: str) -> Instead | None:
    if verb not in {*DRAFTED_ON_A_CASE, "seal_letter"} or not actor.holds_office(actor.own_organ):
        return None
    own = Agency.objects.get(pk=actor.own_organ)
    if verb in DRAFTED_ON_A_CASE:
        return Instead(_without(actor, holders_of(own.pk)), own.superior)
    return Instead(_without(actor, possible_approvers(SealedLetter(organ=own))), None)


def _without(actor: Actor, holders: Iterable[OfficeHolder]) -> list[OfficeHolder]:
    return [held for held in holders if str(held.user_id) != actor.id]


def holders_of(organ_id: int) -> list[OfficeHolder]:
    return list(OfficeHolder.objects.current().filter(organ=organ_id, user__is_active=True).select_related("user"))


# The alarm -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Alarm:
    """A decision that nobody may take: no eligible approver is an alarm, never automatic approval."""

    words: Text
    title: str
    organ: Agency
    url: str


def counting_alarms(actor: Actor) -> dict[str, Worded]:
    """What `alarms` must know, for `count_through`: as a rule there are none, and nothing more is asked."""
    if not (actor.is_centre or actor.leads(actor.organ_id)):
        return {}
    return {f"alarm {kind.noun}": worded(_stuck(kind, actor)) for kind in KINDS if kind.closed is not None}


def alarms(actor: Actor, counted: Mapping[str, int]) -> list[Alarm]:
    """For the chiefs of an organ its own, for the centre those of every case that it reads."""
    return list(islice(_found(actor, counted), SHOWN_ALARMS))


def _found(actor: Actor, counted: Mapping[str, int]) -> Iterator[Alarm]:
    for kind in KINDS:
        if counted.get(f"alarm {kind.noun}"):
            for thing in _stuck(kind, actor).order_by("pk")[:SHOWN_ALARMS]:
                one = Approval(kind, thing)
                yield Alarm(one.words, str(one.title), one.organ, one.url)


def _stuck(kind: Kind, actor: Actor) -> Rows:
    rows = kind.visible_to(actor).select_related(*kind.related)
    closed: Rows = kind.closed(rows) if kind.closed is not None else rows.none()
    return closed if actor.is_centre else kind.of_organs(closed, {actor.own_organ})
