"""Actions on reminders: send, answer, and close once nothing they name is late any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream, next_number, take_number
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.models import Membership, User
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.clocks.actions import start_clocks, stop_clocks
from cases.clocks.previewing import preview

from .late import key_of, kind_of, late_items, may_remind, still_late
from .models import Reminder, ReminderItem
from .workflow import REMINDER, REPLY

KIND = "reminder"
REMINDED = "reminded"  # why heads are notified: `coordination.messaging.notifications.models.NoticeReason`
MARK = "督"  # 文种代字 of its number
MOST = 100  # most items in one letter
BATCH = 200


def send_letter(
    about: Iterable[str], *, actor: Actor, remark: str = "", happened_at: datetime | None = None, paper: str = ""
) -> Reminder:
    """发催办函: sends one letter about late items (`clock:ID`, `task:ID`, …) that one agency owes. A letter sent on
    paper is recorded with its time, at which all items must already have been late.

    Raises Invalid for items that are not late or not visible, Forbidden for items the actor may not remind of,
    TransitionRefused for items in an open letter of the actor's agency.
    """
    at = resolve_time(happened_at, paper=paper)
    rows, agency = _items_and_debtor(about, actor, at)
    sender = Agency.objects.get(pk=actor.own_agency)
    with atomic():
        # The row of the number is locked to the end: a concurrent sender waits here and then finds this letter.
        number = take_number(sender, KIND, at=at, mark=MARK)
        _refuse_second(rows, sender)
        letter = _create_letter(rows, sender, agency, at=at, number=number, remark=remark, writer_id=actor.person_id)
        event = record_event(
            agency_stream(sender),
            agency_stream(agency),
            actor=actor,
            action=Action(
                "send",
                KIND,
                letter.pk,
                to_state=letter.state,
                data={"number": number, "about": [key_of(row) for row in rows], "paper": paper},
                reason=remark,
            ),
            happened_at=at,
            audience=Audience("pair", counterpart_id=agency.pk, notify=[agency.pk]),
        )
        _notify_leads(event, agency)
        return letter


@dataclass(frozen=True)
class LetterDraft:
    """A letter as it would be sent now. The number is the next free one."""

    sender: Agency
    agency: Agency
    number: str
    due_at: datetime | None
    items: list[ReminderItem]


def preview_letter(about: Iterable[str], *, actor: Actor) -> LetterDraft:
    """What `send_letter` would send. Raises what it raises."""
    now = times.now()
    rows, agency = _items_and_debtor(about, actor, now)
    sender = Agency.objects.get(pk=actor.own_agency)
    _refuse_second(rows, sender)
    number, due_at = next_number(sender, KIND, at=now, mark=MARK), preview(REPLY, now).due.due_at
    return LetterDraft(sender, agency, number, due_at, [_item(row) for row in rows])


def _item(row: Any, **letter: Any) -> ReminderItem:
    return ReminderItem(kind=kind_of(row), thing_id=row.pk, late_since=row.late_since, **letter)


def _items_and_debtor(about: Iterable[str], actor: Actor, at: datetime) -> tuple[list[Any], Agency]:
    rows = _late_items(about, actor, at)
    agency = _debtor(rows)
    if not all(may_remind(actor, row) for row in rows):
        raise Forbidden(
            _("The centre reminds agencies of their duties to others; an agency reminds others of duties to itself.")
        )
    return rows, agency


def _create_letter(rows: list[Any], sender: Agency, agency: Agency, *, at: datetime, **columns: Any) -> Reminder:
    """Creates the letter with its items and starts the period for the reply."""
    handler = _only_handler(rows, agency)
    letter = Reminder.objects.create(
        sender=sender, agency=agency, handler=handler, sent_at=at, state_since=at, **columns
    )
    ReminderItem.objects.bulk_create(_item(row, letter=letter, sender=sender) for row in rows)
    start_clocks(
        [REPLY], letter, case_id=None, holder_id=agency.pk, at=at, private=True, partner_id=sender.pk, fresh=True
    )
    return letter


def _late_items(about: Iterable[str], actor: Actor, at: datetime) -> list[Any]:
    named = [one.partition(":")[::2] for one in dict.fromkeys(about)]
    if not 0 < len(named) <= MOST:
        raise Invalid.field("about", "number", _("Give 1 to %(most)s late items.") % {"most": MOST})
    wanted = {(kind, _uuid(pk)) for kind, pk in named}
    found = [
        row
        for rows in late_items(actor, at)
        for row in rows.filter(pk__in=[pk for _kind, pk in wanted])
        if (kind_of(row), row.pk) in wanted
    ]
    if len(found) != len(wanted):
        raise Invalid.field("about", "choice", _("Some of these items are not late, or you may not see them."))
    return sorted(found, key=lambda row: (row.late_since, row.pk))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("about", "invalid", _("Give each item by kind and id, such as task:ID.")) from wrong


def _debtor(rows: list[Any]) -> Agency:
    agencies = {row.debtor_id for row in rows}
    if len(agencies) != 1:
        raise Invalid.field(
            "about", "agencies", _("A reminder goes to one agency: several agencies are responsible for these items.")
        )
    return Agency.objects.get(pk=agencies.pop())


def _refuse_second(rows: list[Any], sender: Agency) -> None:
    same = Q()
    for row in rows:
        same |= Q(kind=kind_of(row), thing_id=row.pk)
    standing = ReminderItem.objects.standing().filter(same, sender=sender).select_related("letter")
    numbers = sorted({item.letter.number for item in standing})
    if numbers:
        detail = _("The open reminder %(numbers)s already covers it. Remind again, or withdraw it first.")
        raise TransitionRefused([UnmetCondition("letter", detail % {"numbers": "、".join(numbers)})])


def _only_handler(rows: list[Any], agency: Agency) -> User | None:
    """The handler of all rows, if it is one person."""
    people = {row.handled_by for row in rows}
    pk = people.pop() if len(people) == 1 else None
    return User.objects.filter(pk=pk, agency=agency, is_active=True).first() if pk else None


def _notify_leads(event: Event, agency: Agency) -> None:
    leads = Membership.objects.current().filter(role=Role.LEAD, user__agency=agency, user__is_active=True)
    for person in leads.order_by("user_id").values_list("user_id", flat=True).distinct():
        notify_person(event, person, agency_id=agency.pk, because=REMINDED)


def transition_reminder(
    letter: Reminder, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> TransitionResult[Reminder]:
    with atomic():
        sides = agencies_by_id([letter.sender_id, letter.agency_id])
        others = [one for one in (letter.sender_id, letter.agency_id) if one != actor.agency_id]
        notifies = REMINDER.transitions[verb].visibility != "own"
        applied = apply_transition(
            letter,
            verb,
            actor=actor,
            streams=[agency_stream(one) for one in sides.values()],
            audience=Audience(counterpart_id=others[0], notify=others if notifies else []),
            changes=changes,
            event_data={"number": letter.number},
            **given,
        )
        thing, line = applied.thing, applied.transition
        stop_clocks(line.stops, thing, case_id=None, at=applied.at)
        start_clocks(
            line.starts,
            thing,
            case_id=None,
            holder_id=thing.agency_id,
            at=applied.at,
            private=True,
            partner_id=thing.sender_id,
        )
        if line.to in REMINDER.final:
            thing.items.standing().update(standing=False)
        return applied


def take_letter(letter: Reminder, *, actor: Actor, **common: Any) -> TransitionResult[Reminder]:
    if not actor.is_person:
        raise Forbidden(_("A person must take on a reminder."))
    return transition_reminder(letter, "take", actor=actor, changes={"handler_id": actor.person_id}, **common)


def answer_letter(
    letter: Reminder, verb: str, *, actor: Actor, expected_on: date, **common: Any
) -> TransitionResult[Reminder]:
    """Answers the letter. The last answer counts; earlier ones are in the journal."""
    at = resolve_time_of(common, not_before=letter.state_since)
    if expected_on < timezone.localdate(at):
        raise Invalid.field("expected_on", "past", _("This day has already passed."))
    return transition_reminder(
        letter, verb, actor=actor, expected_on=expected_on, changes={"answered_at": at}, **common
    )


def remind(letter: Reminder, *, actor: Actor, **common: Any) -> TransitionResult[Reminder]:
    """催办: repeats the letter; the agency is notified again."""
    with atomic():
        at = resolve_time_of(common, not_before=letter.state_since)
        changes = {"repeats": letter.repeats + 1, "reminded_at": at}
        applied = transition_reminder(letter, "remind", actor=actor, changes=changes, **common)
        _notify_leads(applied.event, applied.thing.agency)
        return applied


def insist(letter: Reminder, *, actor: Actor, **common: Any) -> TransitionResult[Reminder]:
    """Rejects the answer: the agency owes another."""
    with atomic():
        applied = transition_reminder(letter, "insist", actor=actor, changes={"reminded_at": None}, **common)
        _notify_leads(applied.event, applied.thing.agency)
        return applied


def withdraw_letter(letter: Reminder, *, actor: Actor, reason: str = "", **common: Any) -> TransitionResult[Reminder]:
    changes = {"ending_reason": reason}
    return transition_reminder(letter, "withdraw", actor=actor, reason=reason, changes=changes, **common)


def settle_letters() -> int:
    """Closes letters with no late item left: done, extended, or no longer owed. Returns their number.

    Commits each letter. Idempotent and resumable.
    """
    moment = times.now()
    late: Any = Q()  # typed as Any: a Q that contains a condition on another model
    for kind, rows in still_late(moment).items():
        late |= Q(kind=kind) & Exists(rows.filter(pk=OuterRef("thing_id")))
    ReminderItem.objects.standing().exclude(late).update(standing=False, met_at=moment)
    standing = ReminderItem.objects.standing().filter(letter=OuterRef("pk"))
    done = Reminder.objects.open().exclude(Exists(standing)).exclude(pk__in=deferred_keys("reminders"))
    return sum(process_each("reminders", done.order_by("sent_at", "pk").values_list("pk", flat=True)[:BATCH], _close))


def _close(pk: UUID) -> bool:
    with atomic():
        letter = Reminder.objects.select_for_update(no_key=True).filter(pk=pk).open().first()
        if letter is None:  # closed or withdrawn in the meantime
            return False
        transition_reminder(letter, "close", actor=SYSTEM)
        return True


def record_export(*, actor: Actor, form: str, rows: int, filters: Iterable[str]) -> None:
    """Records in the journal that the list of late items was exported: by whom, how many rows, which filters (not their
    values)."""
    key = agency_stream(Agency.objects.get(pk=actor.own_agency))
    with atomic():
        record_event(
            key,
            actor=actor,
            action=Action(
                "export_late",
                "agency",
                key.subject,
                fields=["overdue", *sorted(filters)],
                data={"form": form, "rows": rows},
            ),
            audience=Audience("own"),
        )


ACTIONS = by_verb(
    transition_reminder,
    REMINDER,
    take=take_letter,
    remind=remind,
    insist=insist,
    withdraw=withdraw_letter,
    **{verb: partial(answer_letter, verb=verb) for verb in ("answer", "answer_anew", "record_answer")},
)
