"""The queues as direct queries on the resources, slow and independent; the work items must agree with them.

Where earlier queries differed, one definition is used: a task belongs to the unit it was requested from, else to the
unit chosen by the rules; a referral held by neither of its sides is unclaimed.
"""

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from agencies.journal.models import Event
from agencies.kernel.records import SOON
from agencies.kernel.resource import resource_of
from cases.clocks.models import Clock, Side
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from cases.papers.models import Paper
from cases.proceedings.models import Proceeding
from coordination.automation.routing.models import Routing
from coordination.exchange.conferences.models import Conference, Participant
from coordination.exchange.corrections.models import Correction
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion, OpinionLevel, OpinionRound
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.workspace.form_drafts.models import LastLook
from coordination.workspace.waiting import NEVER_YET

RETURNED = [Referral.State.RETURNED, Referral.State.SUPPLEMENT]


class OpenWork:
    """All visible open work whose next step belongs to the actor's agency."""

    def __init__(self, actor, now):
        self.actor, self.now, ours = actor, now, actor.agency_id
        self.me = actor.id if actor.kind == "user" else None
        self.leads = Lead.objects.visible_to(actor).to_triage().filter(agency=ours)
        self.referrals = Referral.objects.visible_to(actor).waiting_on(ours)
        self.tasks = Task.objects.visible_to(actor).open().filter(agency=ours)
        self.instructions = Instruction.objects.visible_to(actor).waiting_on(ours)
        self.opinions = Opinion.objects.visible_to(actor).waiting_on(ours)
        self.conferences = (
            Conference.objects.visible_to(actor)
            .waiting_on(actor)
            .annotate(due_at=Case(When(state=Conference.State.CALLED, then="starts_at")))
        )
        self.proceedings = Proceeding.objects.contents_for(actor).open()
        self.letters = Reminder.objects.visible_to(actor).waiting_on(ours)
        self.papers = drafts(actor)
        self.lots = GoodsLot.objects.visible_to(actor).filter(offered_to=ours, state=GoodsLot.State.OFFERED)
        self.corrections = Correction.objects.visible_to(actor).filter(agency=ours, state=Correction.State.PROPOSED)
        owed = Opinion.objects.filter(round=OuterRef("pk"), state__in=Opinion.OPEN_STATES)
        self.rounds = OpinionRound.objects.visible_to(actor).open().filter(~Exists(owed), agency=ours)


def drafts(actor):
    """Draft papers of the agency, each with the first of its agency's duties about the subject; none while it waits for
    its number."""
    duties = Clock.objects.running().duties().filter(subject_id=OuterRef("subject_id"), agency=OuterRef("agency"))
    first = duties.exclude(due_at=None).order_by("due_at")
    found = Paper.objects.visible_to(actor).filter(agency=actor.agency_id, state=Paper.State.DRAFT)
    unnumbered = [paper.pk for paper in found if paper.waits_for_number]
    due_at, breach_at = (
        Case(When(pk__in=unnumbered, then=None), default=Subquery(first.values(name)[:1]))
        for name in ("due_at", "breach_at")
    )
    return found.annotate(due_at=due_at, breach_at=breach_at)


def to_sign(papers):
    return papers.filter(pk__in=[one.pk for one in papers if one.is_complete and one.kind.signer == "chief"])


def sent_back(opinions):
    written = OpinionLevel.objects.filter(opinion=OuterRef("pk"), turn=OuterRef("turn"))
    return opinions.filter(Exists(written), state=Opinion.State.ASKED)


def in_hand(person):
    held = Q(receiver_id=F("holder_id"), handler_id=person) | Q(sender_id=F("holder_id"), drafter_id=person)
    return held if person else held | ~Q(holder_id=F("receiver_id")) & ~Q(holder_id=F("sender_id"))


def mine(work):
    leads = work.actor.leads(work.actor.agency_id)
    filed_next = Q(state__in=["VERIFY", "WARN"]) if leads else Q(pk=None)
    reviewed_next = work.opinions.filter(state=Opinion.State.WITH_LEAD) if leads else work.opinions.none()
    return [
        work.referrals.filter(in_hand(work.me)),
        work.tasks.filter(assignee_id=work.me),
        work.leads.filter(officer_id=work.me),
        work.proceedings.filter(Q(handler_id=work.me) | filed_next),
        work.instructions.of_person(work.actor),
        work.opinions.of_person(work.actor) | reviewed_next,
        work.papers.filter(drafter=work.me) | (to_sign(work.papers) if leads else work.papers.none()),
        work.corrections if leads else work.corrections.none(),
        work.rounds.filter(asker=work.me),
        work.letters.filter(handler_id=work.me),
        work.conferences.of_person(work.actor),
    ]


def sent_to(work):
    units = work.actor.units
    sent = Routing.objects.standing().filter(agency=work.actor.agency_id, unit__in=units, unit__is_agency=False)
    return sent.values("subject")


def unit(work):
    here = sent_to(work)
    tasks = work.tasks.filter(Q(unit_id__in=work.actor.units) | Q(unit=None, pk__in=here))
    return [tasks, *(rows.filter(pk__in=here) for rows in (work.referrals, work.leads, work.proceedings))]


def of_no_person(work):
    """Conferences to which the agency as a whole, or one of its desks, is invited."""
    named = Participant.objects.filter(conference=OuterRef("pk"), agency=work.actor.agency_id, people__isnull=False)
    return work.conferences.filter(~Exists(named))


def unclaimed(work):
    return [
        work.referrals.filter(in_hand(None)),
        work.tasks.unclaimed(),
        work.leads.filter(officer=None),
        work.proceedings.filter(handler=None),
        work.instructions.filter(receiver_id=work.actor.agency_id, handler=None),
        work.opinions.filter(handler=None),
        work.papers.filter(drafter=None),
        work.lots,
        work.rounds.filter(asker=None),
        work.letters.filter(handler=None),
        of_no_person(work),
    ]


def led(work):
    lists = (work.referrals, work.tasks, work.proceedings, work.instructions)
    return [rows.filter(case__lead=work.actor.agency_id) for rows in lists]


def elsewhere(work):
    actor, ours = work.actor, work.actor.agency_id
    sent = Referral.objects.visible_to(actor).open().filter(Q(sender_id=ours) | Q(receiver_id=ours))
    asked = Task.objects.visible_to(actor).open().filter(asked_by_id=ours)
    written = Instruction.objects.visible_to(actor).filter(sender_id=ours, state__in=Instruction.WITH_RECEIVER)
    owed = Opinion.objects.visible_to(actor).filter(round__agency=ours, state__in=Opinion.OPEN_STATES)
    return [sent.exclude(holder_id=ours), asked.exclude(agency=ours), written, owed.exclude(agency=ours)]


def of_parties(work):
    ours = Clock.objects.visible_to(work.actor).filter(holder_id=work.actor.agency_id, agency=None)
    return [ours.pending(work.now).filter(rule__owner_side=Side.PARTY)]


def before_me(work):
    me = work.me
    at_unit = Q(unit_id__in=work.actor.units) | Q(unit=None, pk__in=sent_to(work))
    with_receiver = Q(state__in=Instruction.WITH_RECEIVER, receiver_id=work.actor.agency_id, handler=None)
    free = Q(state__in=[Task.State.ASKED, Task.State.OPEN]) | Q(returned_at__isnull=False)
    return [
        work.referrals.filter(in_hand(me) | in_hand(None) | Q(state__in=RETURNED)),
        work.tasks.filter(Q(assignee_id=me) | at_unit | free),
        work.leads.filter(Q(officer_id=me) | Q(officer=None)),
        work.proceedings.filter(Q(handler_id=me) | Q(handler=None)),
        work.instructions.of_person(work.actor)
        | work.instructions.filter(with_receiver)
        | work.instructions.filter(state=Instruction.State.RETURNED),
        work.opinions.filter(Q(handler_id=me) | Q(handler=None)) | sent_back(work.opinions),
        work.papers.filter(Q(drafter=me) | Q(drafter=None)),
        work.lots,
        work.rounds.filter(Q(asker=me) | Q(asker=None)),
        of_no_person(work) | work.conferences.of_person(work.actor),
    ]


def new(work):
    last = LastLook.objects.visible_to(work.actor).values_list("at", flat=True).first() or NEVER_YET
    return [arrived(rows, work.actor, last) for rows in before_me(work)]


def arrived(rows, actor, since):
    acts = Event.objects.readable_by_agency(actor.agency_id).filter(recorded_at__gt=since).exclude(actor_id=actor.id)
    came = Q(Exists(acts.filter(object_kind=resource_of(rows.model()).kind, object_id=OuterRef("pk"))))
    if rows.model is Task:
        came |= Q(source__isnull=False, created_at__gt=since)
    if rows.model is Conference:
        came |= Q(created_at__gt=since) | Q(state=Conference.State.MINUTES, updated_at__gt=since)
    return rows.filter(came)


def overdue(work):
    rows = (work.referrals, work.tasks, work.leads, work.instructions, work.opinions, work.letters)
    papers = work.papers.filter(breach_at__lt=work.now)
    return [*(one.overdue(work.now) for one in rows), work.proceedings.filter(breach_at__lt=work.now), papers]


def soon(work):
    near = work.proceedings.filter(due_at__lte=work.now + SOON, breach_at__gte=work.now)
    lists = (work.referrals, work.tasks, work.leads, work.instructions, work.opinions, work.letters)
    meeting = work.conferences.filter(due_at__gte=work.now, due_at__lte=work.now + SOON)
    papers = work.papers.filter(due_at__lte=work.now + SOON, breach_at__gte=work.now)
    return [*(rows.soon(work.now) for rows in lists), near, meeting, papers]


def returned(work):
    back = work.instructions.filter(state=Instruction.State.RETURNED)
    referrals = work.referrals.filter(Q(state__in=RETURNED) | ~Q(to_revise="") | Q(decider=None) & ~Q(proposed=""))
    return [referrals, work.tasks.filter(returned_at__isnull=False), back, sent_back(work.opinions)]


QUEUES = {
    "mine": mine, "new": new, "unit": unit, "unclaimed": unclaimed, "overdue": overdue, "soon": soon,
    "returned": returned, "led": led, "elsewhere": elsewhere, "party": of_parties,
}  # fmt: skip


def queue(key, actor, now):
    """The items of a queue: (kind, id), as often as they are found."""
    return sorted(
        (resource_of(row).kind, row.pk) for rows in QUEUES[key](OpenWork(actor, now)) for row in rows.distinct()
    )
