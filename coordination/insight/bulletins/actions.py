"""Actions on bulletins. The text is written, the figures are bound; at issue both are frozen with their digest."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import content_digest
from agencies.journal.involvement import involved_in
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream, take_number
from agencies.organisations.models import Agency

from .access import drafts
from .drafts import filled, last_complete, period_of, undeclared
from .figures import contents
from .models import Bulletin
from .placeholders import check_texts
from .publication import refusal
from .workflow import BULLETIN

S, K, D = Bulletin.State, Bulletin.Kind, Bulletin.Distribution
SERIES, MARK = "bulletin", "通"
TEXT_NAMES = ("title_zh", "title_en", "text_zh", "text_en")


def centres() -> list[Agency]:
    """The agencies that issue bulletins: the coordination centre."""
    return list(Agency.objects.agencies().filter(line=Agency.Line.CENTRE, signs_in=True).order_by("pk"))


def draft_bulletin(*, actor: Actor, kind: str, day: date, distribution: str = D.INTERNAL) -> Bulletin:
    """Drafts a bulletin about the week or month that contains the day. Raises Forbidden, TransitionRefused if there is
    one already.
    """
    agency = Agency.objects.get(pk=actor.own_agency)
    if agency.line != Agency.Line.CENTRE or not drafts(actor, agency.pk):
        raise Forbidden(_("Bulletins are drafted by the coordination centre."))
    first, last = period_of(kind, day)
    if first > times.today():
        raise Invalid.field("day", "future", _("This period has not begun."))
    with atomic():
        agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
        standing = Bulletin.objects.filter(agency=agency, kind=kind, first=first).exclude(state=S.DISCARDED)
        if (other := standing.order_by("-edition").first()) is not None:
            detail = _("There is a bulletin about this period already: %(bulletin)s.")
            raise TransitionRefused([UnmetCondition("period", detail % {"bulletin": other})])
        return _create(agency, kind, (first, last), actor=actor, distribution=distribution)


def draft_due(today: date | None = None) -> int:
    """Drafts what the schedule requires: the past week and the past month, each once. Returns how many. A period about
    which there ever was a draft gets no other.
    """
    day, made = today or times.today(), 0
    for agency in centres():
        for kind in K.values:
            with atomic():
                locked = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
                period = last_complete(kind, day)
                if not Bulletin.objects.filter(agency=locked, kind=kind, first=period[0]).exists():
                    _create(locked, kind, period, actor=SYSTEM)
                    made += 1
    return made


def _create(
    agency: Agency, kind: str, period: tuple[date, date], *, actor: Actor, distribution: str = D.INTERNAL
) -> Bulletin:
    by_person = actor.kind == "user"
    first, last = period
    made = Bulletin.objects.create(
        **{"agency": agency, "kind": kind, "first": first, "last": last, "distribution": distribution},
        state_since=times.now(),
        **{"drafter_id": actor.id if by_person else None, **filled(kind, first, last, distribution)},
    )
    _record_draft(made, actor)
    return made


def _record_draft(made: Bulletin, actor: Actor, *authors: Any, reason: str = "") -> Event:
    by_person = [actor.id] if actor.kind == "user" else []
    return record_event(
        agency_stream(made.agency),
        actor=actor,
        action=Action(
            "draft",
            "bulletin",
            made.pk,
            to_state=made.state,
            data={"kind": made.kind, "first": made.first.isoformat(), "edition": made.edition},
            reason=reason,
        ),
        audience=Audience(Event.Visibility.OWN, counterpart_id=made.agency_id),
        involves=[*by_person, *authors],
    )


def move(bulletin: Bulletin, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Bulletin]:
    return apply_transition(bulletin, verb, actor=actor, streams=[agency_stream(bulletin.agency)], **given)


def edit(bulletin: Bulletin, *, actor: Actor, **given: Any) -> TransitionResult[Bulletin]:
    """Raises Invalid for a placeholder that binds no figure, and for publication for one that the template does not
    have. Texts of the template follow a change of the distribution.
    """
    to = given.get("distribution", bulletin.distribution)
    if to in D.values and to != bulletin.distribution:
        was, new = (filled(bulletin.kind, bulletin.first, bulletin.last, one) for one in (bulletin.distribution, to))
        given |= {name: new[name] for name in TEXT_NAMES if name in given and _lines(given[name]) == _lines(was[name])}
    texts = {name: given[name] for name in TEXT_NAMES if name in given}
    check_texts(**texts)
    if to == D.OUTSIDE:
        wrong = [(name, keys) for name, text in texts.items() if (keys := undeclared(bulletin.kind, text))]
        if wrong:
            raise Invalid([FieldError(f"/{name}", "template", refusal(keys)) for name, keys in wrong])
    return move(bulletin, "edit", actor=actor, **given)


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def _locked_for(verb: str, bulletin: Bulletin, actor: Actor) -> Bulletin:
    """The bulletin, locked. Raises TransitionRefused and Forbidden if the actor may not do this now."""
    rows = Bulletin.objects.select_for_update(no_key=True, of=("self",)).select_related("agency")
    locked = rows.get(pk=bulletin.pk)
    BULLETIN.check(verb, actor, locked)
    return locked


def submit(bulletin: Bulletin, *, actor: Actor, **given: Any) -> TransitionResult[Bulletin]:
    """Takes the figures as they are now. What the second person reads is what is issued."""
    with atomic():
        locked = _locked_for("submit", bulletin, actor)
        return move(bulletin, "submit", actor=actor, changes={"content": contents(locked), "remarks": ""}, **given)


def give_back(bulletin: Bulletin, *, actor: Actor, **given: Any) -> TransitionResult[Bulletin]:
    """退回修改. The figures follow the record again."""
    return move(bulletin, "return", actor=actor, changes={"content": {}}, **given)


def issue(bulletin: Bulletin, *, actor: Actor, **given: Any) -> TransitionResult[Bulletin]:
    """Takes the next number and freezes the content with its digest. The edition that it replaces ends."""
    with atomic():
        locked = _locked_for("issue", bulletin, actor)
        at = resolve_time_of(given, not_before=locked.state_since)
        number = take_number(locked.agency, SERIES, at=at, mark=MARK)
        content = {**locked.content, "number": number, "issued_on": timezone.localdate(at).isoformat()}
        frozen = {"number": number, "content": content, "digest": content_digest(content)}
        old = locked.replaces
        if old is not None and old.state == S.ISSUED:
            move(old, "supersede", actor=SYSTEM, happened_at=at)
        others = Agency.objects.agencies().filter(signs_in=True).exclude(pk=locked.agency_id)
        return move(
            bulletin,
            "issue",
            actor=actor,
            changes={**frozen, "issued_at": at, "issuer_id": actor.id},
            event_data={"number": number, "digest": frozen["digest"]},
            audience=Audience(notify=others.values_list("pk", flat=True)),
            **given,
        )


def replace(bulletin: Bulletin, *, actor: Actor, reason: str, **given: Any) -> Bulletin:
    """Starts the next edition with the text of this one. Its authors may not issue that one either."""
    with atomic():
        old = move(bulletin, "replace", actor=actor, reason=reason, **given).thing
        kept = ("agency_id", "kind", "first", "last", "distribution", "cases", *TEXT_NAMES)
        made = Bulletin.objects.create(
            **{name: getattr(old, name) for name in kept},
            **{"edition": old.edition + 1, "replaces": old, "drafter_id": actor.id, "state_since": times.now()},
        )
        authors = involved_in(bulletin=old.pk).values_list("person_id", flat=True)
        _record_draft(made, actor, *authors, reason=reason)
        return made


ACTIONS = by_verb(move, BULLETIN, edit=edit, submit=submit, issue=issue, replace=replace, **{"return": give_back})
