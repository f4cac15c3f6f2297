"""Sending chase letters, answering them, and closing them when nothing that they name is late any more."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event, tell_person
from agencies.journal.models import Event
from agencies.journal.moving import Moved, fix_time, move_thing, settle_time
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.refusals import Forbidden, Invalid, Missing, MoveRefused
from agencies.organs.actions import agency_stream, take_number
from agencies.organs.models import Agency
from agencies.people.models import Membership, User
from agencies.runs.one_by_one import each, set_aside
from cases.clocks.actions import start_clocks, stop_clocks

from .late import key_of, kind_of, late_in_sight, may_chase, still_late
from .models import ChaseItem, ChaseLetter
from .workflow import CHASE_LETTER, REPLY

KIND = "chase"
CHASED = "chased"  # why the leads hear: `coordination.notifications.models.Because`
MARK = "督"  # 文种代字 of its number
MOST = 100  # things in one letter
BATCH = 200


def send_letter(
    about: Iterable[str], *, actor: Actor, remark: str = "", happened_at: datetime | None = None, paper: str = ""
) -> ChaseLetter:
    """发督办函: one letter about late things (`clock:ID`, `task:ID`, …) that one organ owes. It goes out at once; one
    that went out on paper is recorded with its time, at which all of them must have been late already.

    Raises Invalid for what is not late or not in the actor's sight, Forbidden for what is not his to chase, MoveRefused
    for what stands in a letter of his organ already.
    """
    at = settle_time(happened_at, paper=paper)
    rows = _late_things(about, actor, at)
    organ = _debtor(rows)
    if not all(may_chase(actor, row) for row in rows):
        raise Forbidden(_("The centre chases what others owe; an organ what is owed to it."))
    sender = Agency.objects.get(pk=actor.own_organ)
    with transaction.atomic():
        # The number's row is locked till the end: who sends at the same time waits here and then finds this letter.
        number = take_number(sender, KIND, at=at, mark=MARK)
        _refuse_second(rows, sender)
        letter = ChaseLetter.objects.create(
            sender=sender, organ=organ, writer_id=actor.id if actor.kind == "user" else None,
            handler=_only_handler(rows, organ), number=number, sent_at=at, state_since=at, remark=remark,
        )  # fmt: skip
        ChaseItem.objects.bulk_create(
            ChaseItem(letter=letter, sender=sender, kind=kind_of(row).name, thing_id=row.pk, late_since=row.late_since)
            for row in rows
        )
        start_clocks(
            [REPLY], letter, case_id=None, holder_id=organ.pk, at=at, private=True, partner_id=sender.pk, fresh=True
        )
        event = record_event(
            agency_stream(sender), agency_stream(organ), actor=actor, verb="send", object_kind=KIND,
            object_id=letter.pk, to_state=letter.state, happened_at=at, reason=remark, reach="pair",
            counterpart_id=organ.pk, hears=[organ.pk],
            data={"number": number, "about": [key_of(row) for row in rows], "paper": paper},
        )  # fmt: skip
        _tell_leads(event, organ)
        return letter


def _late_things(about: Iterable[str], actor: Actor, at: datetime) -> list[Any]:
    named = [one.partition(":")[::2] for one in dict.fromkeys(about)]
    if not 0 < len(named) <= MOST:
        raise Invalid.field("about", "number", _("Name 1 to %(most)s late things.") % {"most": MOST})
    wanted = {(kind, _uuid(pk)) for kind, pk in named}
    found = [
        row
        for rows in late_in_sight(actor, at)
        for row in rows.filter(pk__in=[pk for _kind, pk in wanted])
        if (kind_of(row).name, row.pk) in wanted
    ]
    if len(found) != len(wanted):
        raise Invalid.field("about", "choice", _("Of these things not all are late, or they are not yours to see."))
    return sorted(found, key=lambda row: (row.late_since, row.pk))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("about", "invalid", _("A thing is named by its kind and its id, as in task:ID.")) from wrong


def _debtor(rows: list[Any]) -> Agency:
    organs = {row.debtor_id for row in rows}
    if len(organs) != 1:
        raise Invalid.field("about", "organs", _("One letter goes to one organ: these things are owed by several."))
    return Agency.objects.get(pk=organs.pop())


def _refuse_second(rows: list[Any], sender: Agency) -> None:
    same = Q()
    for row in rows:
        same |= Q(kind=kind_of(row).name, thing_id=row.pk)
    standing = ChaseItem.objects.standing().filter(same, sender=sender).select_related("letter")
    numbers = sorted({item.letter.number for item in standing})
    if numbers:
        detail = _("%(numbers)s is about it and still open. Remind of it, or withdraw it first.")
        raise MoveRefused([Missing("letter", detail % {"numbers": "、".join(numbers)})])


def _only_handler(rows: list[Any], organ: Agency) -> User | None:
    """Whoever has all of it in hand, if that is one person."""
    people = {row.handled_by for row in rows}
    pk = people.pop() if len(people) == 1 else None
    return User.objects.filter(pk=pk, organ=organ, is_active=True).first() if pk else None


def _tell_leads(event: Event, organ: Agency) -> None:
    leads = Membership.objects.current().filter(role=Role.LEAD, user__organ=organ, user__is_active=True)
    for person in leads.order_by("user_id").values_list("user_id", flat=True).distinct():
        tell_person(event, person, organ_id=organ.pk, because=CHASED)


def move_letter(
    letter: ChaseLetter, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> Moved[ChaseLetter]:
    with transaction.atomic():
        sides = Agency.objects.in_bulk([letter.sender_id, letter.organ_id])
        others = [one for one in (letter.sender_id, letter.organ_id) if one != actor.organ_id]
        tells = CHASE_LETTER.moves[verb].reach != "own"
        moved = move_thing(
            letter, verb, workflow=CHASE_LETTER, actor=actor, streams=[agency_stream(one) for one in sides.values()],
            object_kind=KIND, counterpart_id=others[0], changes=changes, told={"number": letter.number},
            hears=others if tells else [], **given,
        )  # fmt: skip
        thing, line = moved.thing, moved.line
        stop_clocks(line.stops, thing, case_id=None, at=moved.at)
        start_clocks(
            line.starts, thing, case_id=None, holder_id=thing.organ_id, at=moved.at, private=True,
            partner_id=thing.sender_id,
        )  # fmt: skip
        if line.to in CHASE_LETTER.final:
            thing.items.standing().update(standing=False)
        return moved


def take_letter(letter: ChaseLetter, *, actor: Actor, **common: Any) -> Moved[ChaseLetter]:
    if actor.kind != "user":
        raise Forbidden(_("A letter is taken on by a person."))
    return move_letter(letter, "take", actor=actor, changes={"handler_id": UUID(actor.id)}, **common)


def answer_letter(
    letter: ChaseLetter, verb: str, *, actor: Actor, expected_on: date, **common: Any
) -> Moved[ChaseLetter]:
    """The last answer is the one that counts; those before it stand in the journal."""
    at = fix_time(common, not_before=letter.state_since)
    if expected_on < timezone.localdate(at):
        raise Invalid.field("expected_on", "past", _("This day is already over."))
    return move_letter(letter, verb, actor=actor, expected_on=expected_on, changes={"answered_at": at}, **common)


def remind(letter: ChaseLetter, *, actor: Actor, **common: Any) -> Moved[ChaseLetter]:
    """催办: the same letter once more; the people of the organ hear of it again."""
    with transaction.atomic():
        at = fix_time(common, not_before=letter.state_since)
        changes = {"reminders": letter.reminders + 1, "reminded_at": at}
        moved = move_letter(letter, "remind", actor=actor, changes=changes, **common)
        _tell_leads(moved.event, moved.thing.organ)
        return moved


def insist(letter: ChaseLetter, *, actor: Actor, **common: Any) -> Moved[ChaseLetter]:
    """The answer does not do: the organ owes another."""
    with transaction.atomic():
        moved = move_letter(letter, "insist", actor=actor, changes={"reminded_at": None}, **common)
        _tell_leads(moved.event, moved.thing.organ)
        return moved


def withdraw_letter(letter: ChaseLetter, *, actor: Actor, reason: str = "", **common: Any) -> Moved[ChaseLetter]:
    changes = {"ending_reason": reason}
    return move_letter(letter, "withdraw", actor=actor, reason=reason, changes=changes, **common)


def settle_letters(now: datetime | None = None, batch: int = BATCH) -> int:
    """Closes the letters of which nothing is late any more, however it came about: done, extended, no longer owed.

    Each with its own commit; run twice it changes nothing, cut short the next run goes on.
    """
    moment = now or times.now()
    late: Any = Q()  # the types take a Q with a question in it for something else
    for kind, rows in still_late(moment).items():
        late |= Q(kind=kind) & Exists(rows.filter(pk=OuterRef("thing_id")))
    ChaseItem.objects.standing().exclude(late).update(standing=False, met_at=moment)
    standing = ChaseItem.objects.standing().filter(letter=OuterRef("pk"))
    done = ChaseLetter.objects.open().exclude(Exists(standing)).exclude(pk__in=set_aside("chasing"))
    return sum(each("chasing", done.order_by("sent_at", "pk").values_list("pk", flat=True)[:batch], _close))


def _close(pk: UUID) -> bool:
    with transaction.atomic():
        letter = ChaseLetter.objects.select_for_update(no_key=True).filter(pk=pk).open().first()
        if letter is None:  # closed or withdrawn in the meantime
            return False
        move_letter(letter, "close", actor=SYSTEM)
        return True


def tell_export(*, actor: Actor, form: str, rows: int, filters: Iterable[str]) -> None:
    """That the list of what is late left the system: who took it, how many rows, by which filters, not their values."""
    key = agency_stream(Agency.objects.get(pk=actor.own_organ))
    with transaction.atomic():
        record_event(
            key, actor=actor, verb="export_late", object_kind="agency", object_id=key.subject,
            fields=["overdue", *sorted(filters)], data={"form": form, "rows": rows}, reach="own",
        )  # fmt: skip


def _answering(verb: str) -> Callable[..., Any]:
    def act(letter: ChaseLetter, *, actor: Actor, **given: Any) -> Moved[ChaseLetter]:
        return answer_letter(letter, verb, actor=actor, **given)

    return act


def _plain(verb: str) -> Callable[..., Any]:
    def act(letter: ChaseLetter, *, actor: Actor, **given: Any) -> Moved[ChaseLetter]:
        return move_letter(letter, verb, actor=actor, **given)

    return act


ACTIONS: dict[str, Callable[..., Any]] = {
    **{verb: _answering(verb) for verb in ("answer", "answer_anew", "record_answer")},
    "take": take_letter,
    "remind": remind,
    "insist": insist,
    "take_to_office": _plain("take_to_office"),
    "withdraw": withdraw_letter,
}
