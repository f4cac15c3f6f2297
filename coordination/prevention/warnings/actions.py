"""Actions on letters to exporters: write, have read, clear with other agencies, send, and follow up."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import (
    TIME_OF_ACT,
    CommonAnswers,
    TransitionResult,
    apply_transition,
    resolve_time_of,
)
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import start_of
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import take_number
from cases.casefile.actions import locked_case
from coordination.exchange.confidential.actions import confidential_stream
from coordination.exchange.letters.acting import change_due, person_of, refuse_past
from coordination.prevention.acting import move, record_begun
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.streams import prevention_stream

from .concerned import MATTERS, Concern, concerns
from .models import ExporterLetter, Release
from .sheet import FORM_OF_KIND, issue_paper
from .starts import STARTS, VERBS
from .workflow import BY_KIND, RELEASE, cases_of, workflow_of

K, S, R = ExporterLetter.Kind, ExporterLetter.State, Release.State


# The letter ----------------------------------------------------------------------------------------------------------
def begin(
    exporter: Exporter, *, actor: Actor, kind: ExporterLetter.Kind, about_case: str = "", **given: Any
) -> ExporterLetter:
    """Drafts a letter of this kind to an exporter of the own register. Raises Invalid for a case that is not about the
    exporter, and for a due time in the past."""
    STARTS.check(VERBS[kind], actor, exporter)
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    refuse_past(given.get("due_at"), at)
    with atomic():
        letter = ExporterLetter.objects.create(
            exporter=exporter,
            agency_id=exporter.agency_id,
            kind=kind,
            handler=person_of(actor),
            about_case_id=_case_about(exporter, about_case, actor),
            state_since=at,
            **given,
        )
        data = {"title": letter.title, "paper": common.paper}
        record_begun(letter, "write", actor=actor, at=at, data=data, involves=[actor.id] if actor.is_person else [])
        return letter


def send_read(letter: ExporterLetter, *, actor: Actor, wrote: Iterable[UUID]) -> ExporterLetter:
    """Stores a new letter whose text a second person has read for many exporters, and sends it like any other: it
    waits, where other agencies have to release it. `wrote` are its authors, who do not read it again."""
    STARTS.check(VERBS[K(letter.kind)], actor, letter.exporter)
    at = times.now()
    refuse_past(letter.due_at, at)
    with atomic():
        letter.state, letter.state_since = S.READ, at
        letter.save(force_insert=True)
        record_begun(letter, "write_of_many", actor=actor, at=at, data={"title": letter.title}, involves=wrote)
        return send(letter, "send", actor=actor).thing


def _case_about(thing: Any, chosen: str, actor: Actor) -> str | None:
    if chosen and str(chosen) not in dict(cases_of(thing, actor)):
        raise Invalid.field("about_case", "choice", _("Choose a case about this exporter that you may read."))
    return str(chosen) or None


def edit(letter: ExporterLetter, *, actor: Actor, **given: Any) -> TransitionResult[ExporterLetter]:
    """Changes the draft. A due time that was left as it is may have passed."""
    if given.get("due_at") not in (None, letter.due_at):
        refuse_past(given["due_at"], times.now())
    if "about_case" in given:
        chosen = _case_about(letter, given.pop("about_case") or "", actor)
        given["changes"] = {"about_case_id": chosen}
    return move(letter, "edit", actor=actor, **given)


def give_back(letter: ExporterLetter, verb: str, *, actor: Actor, reason: str, **given: Any) -> Any:
    """Returns the draft with the remark that its author reads."""
    return move(letter, verb, actor=actor, reason=reason, changes={"to_revise": reason}, **given)


def finish(letter: ExporterLetter, *, actor: Actor, **given: Any) -> TransitionResult[ExporterLetter]:
    return move(letter, "finish", actor=actor, changes={"to_revise": ""}, **given)


def record_day(letter: ExporterLetter, verb: str, *, actor: Actor, day: str, **given: Any) -> Any:
    """Records service or an answer of a day between the last step and today. Unless a time is given, the step has that
    of this day; the proof of service is the paper that shows it."""
    began = ExporterLetter.objects.get(pk=letter.pk).state_since or times.now()
    if not timezone.localdate(began) <= given[day] <= times.today():
        raise Invalid.field(day, "day", _("The day lies between the last step of the letter and today."))
    if given.get("happened_at") is None and given[day] < times.today():
        given["happened_at"] = max(began, start_of(given[day]))
        given["paper"] = given.get("paper") or given.get("service_proof", "")
    return move(letter, verb, actor=actor, **given)


def move_talk(letter: ExporterLetter, *, actor: Actor, due_at: datetime, **given: Any) -> Any:
    refuse_past(due_at, times.now())
    return move(letter, "move", actor=actor, due_at=due_at, **given)


def withdraw(letter: ExporterLetter, *, actor: Actor, **given: Any) -> TransitionResult[ExporterLetter]:
    with atomic():
        _lock(letter)
        applied = move(letter, "withdraw", actor=actor, **given)
        _lapse(letter, applied.at)
        return applied


# Sending and release -------------------------------------------------------------------------------------------------
def send(
    letter: ExporterLetter, verb: str, *, actor: Actor, due_at: datetime | None = None, **given: Any
) -> TransitionResult[ExporterLetter]:
    """Sends the letter with the next number of its agency, and issues its paper; or asks for its release, if a criminal
    or confidential matter about the exporter is open that no agency has released yet.

    What was answered is checked alike in both cases. The event of the letter comes before those of the releases, so
    that no id of an event depends on how many there are.
    """
    at = resolve_time_of(given, not_before=letter.state_since)
    refuse_past(due_at, at)
    with locked_case(letter.about_case_id) if letter.about_case_id else atomic():
        current = _lock(letter)
        workflow_of(current).check(verb, actor, current)
        if _unreleased(current):
            _record_decision(current, actor, at, given.pop("reason", ""))
            applied = move(current, "ask_release", actor=SYSTEM, **given)
            _ask(current)
            return applied
        form = FORM_OF_KIND[letter.kind]
        number = take_number(letter.agency, form.series, at=at, mark=form.mark)
        if due_at is not None:
            given["due_at"] = due_at
        applied = move(current, verb, actor=actor, changes={"number": number, "sent_at": TIME_OF_ACT}, **given)
        issue_paper(applied.thing, actor=actor, at=applied.at)
        return applied


def _record_decision(letter: ExporterLetter, actor: Actor, at: datetime, reason: str) -> None:
    """Records who decided to send a letter that has to wait."""
    record_event(
        prevention_stream(letter.pk),
        actor=actor,
        action=Action("decide", "letter", letter.pk, letter.state, letter.state, reason=reason),
        happened_at=at,
        audience=Audience(Event.Visibility.OWN),
    )


def ask_again(letter: ExporterLetter, *, actor: Actor, **given: Any) -> TransitionResult[ExporterLetter]:
    """Asks again for the release that was refused. If the matters have ended, it is released at once."""
    with atomic():
        current = _lock(letter)
        applied = move(current, "ask_again", actor=actor, **given)
        _ask(current)
        _settle(current, applied.at)
        return applied


def decide(release: Release, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Release]:
    """Releases the letter or not, for the matters of one agency. The last release makes it ready to be sent; one
    refusal ends the others that are asked."""
    with atomic():
        letter = _lock(release.letter)
        reason = given.get("reason", "")
        applied = _move_release(release, verb, actor=actor, changes={"reason": reason}, **given)
        if applied.thing.state == R.REFUSED:
            _lapse(letter, applied.at)
            move(letter, "refuse", actor=SYSTEM, happened_at=applied.at)
        else:
            _settle(letter, applied.at)
        return applied


def _lock(letter: ExporterLetter) -> ExporterLetter:
    """The letter as it is, locked before its releases, so that two decisions wait for each other."""
    found: ExporterLetter = ExporterLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    return found


def _unreleased(letter: ExporterLetter) -> list[Concern]:
    """What concerns other agencies and is covered by no release of this letter: the new matters of each."""
    released = letter.releases.filter(state=R.RELEASED).prefetch_related(*MATTERS)
    covered = {
        (one.agency_id, name, row.pk) for one in released for name in MATTERS for row in getattr(one, name).all()
    }
    sealed = {one.confidential_id for one in released} - {None}
    found = []
    for concern in concerns(letter.exporter, asking=letter.agency_id):
        asked = concern.agency.pk
        new = {name: {pk for pk in ids if (asked, name, pk) not in covered} for name, ids in concern.matters.items()}
        if any(new.values()) or (concern.confidential is not None and concern.confidential not in sealed):
            found.append(replace(concern, matters=new))
    return found


def _ask(letter: ExporterLetter) -> None:
    for concern in _unreleased(letter):
        release = Release.objects.create(
            letter=letter, agency=concern.agency, confidential_id=concern.confidential, state_since=times.now()
        )
        for name, ids in concern.matters.items():
            getattr(release, name).set(ids)
        notified = [] if release.confidential_id else [release.agency_id]
        record_event(
            _stream_of(release),
            actor=SYSTEM,
            action=Action("ask", "release", release.pk, to_state=release.state),
            audience=Audience(Event.Visibility.PAIR, counterpart_id=release.agency_id, notify=notified),
        )


def _settle(letter: ExporterLetter, at: datetime) -> None:
    """Makes the letter ready to be sent once no agency has to decide any more: at the time of the latest release."""
    if not letter.releases.filter(state=R.WAITING).exists():
        released = letter.releases.filter(state=R.RELEASED).values_list("state_since", flat=True)
        move(letter, "release", actor=SYSTEM, happened_at=max([at, *(one for one in released if one)]))


def _lapse(letter: ExporterLetter, at: datetime) -> None:
    for release in letter.releases.filter(state=R.WAITING).order_by("pk"):
        _move_release(release, "lapse", actor=SYSTEM, happened_at=max(at, release.state_since or at))


def _move_release(release: Release, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Release]:
    notified = [release.agency_id] if actor.is_system and not release.confidential_id else []
    audience = Audience(counterpart_id=release.agency_id, notify=notified)
    return apply_transition(release, verb, actor=actor, streams=[_stream_of(release)], audience=audience, **given)


def _stream_of(release: Release) -> StreamKey:
    """Its own stream; that of the confidential letter, whose texts are encrypted, if one is the reason."""
    if release.confidential_id:
        return confidential_stream(release.confidential_id)
    return prevention_stream(release.pk)


_SPECIAL: dict[str, Callable[..., Any]] = {
    "edit": edit,
    "finish": finish,
    "return": partial(give_back, verb="return"),
    "send_back": partial(give_back, verb="send_back"),
    "send": partial(send, verb="send"),
    "issue": partial(send, verb="issue"),
    "ask_again": ask_again,
    "serve": partial(record_day, verb="serve", day="served_on"),
    "answer": partial(record_day, verb="answer", day="answered_on"),
    "hold": partial(record_day, verb="hold", day="answered_on"),
    "set_due": partial(change_due, act=move),
    "move": move_talk,
    "withdraw": withdraw,
}
ACTIONS = by_verb(move, *BY_KIND.values(), **_SPECIAL)
RELEASE_ACTIONS = by_verb(decide, RELEASE)
BEGINS = {verb: partial(begin, kind=kind) for kind, verb in VERBS.items()}
