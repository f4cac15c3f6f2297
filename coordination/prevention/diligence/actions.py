"""Actions of due diligence: publish questionnaires; begin, send, answer and assess reviews; follow their gaps."""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.journal.actions import notify_person
from agencies.journal.transitions import CommonAnswers, TransitionResult, refuse_reversed, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.clocks.counting import end_of
from coordination.exchange.letters.acting import person_of
from coordination.prevention.acting import move, record_begun
from coordination.prevention.exporters.actions import lock_exporter_for
from coordination.prevention.exporters.models import Exporter

from .access import keeps_questionnaires
from .models import Gap, Questionnaire, QuestionnaireItem, Review, ReviewAnswer, Verdict
from .reading import read_answers, read_findings, read_items
from .workflow import QUESTIONNAIRE, REVIEW

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,29}")


# Questionnaires ------------------------------------------------------------------------------------------------------
def publish_questionnaire(
    *, actor: Actor, code: str, name_zh: str, name_en: str, items: str, **given: Any
) -> Questionnaire:
    """Publishes a questionnaire of the actor's agency, or a new edition of it. `items` is the table of `read_items`.
    Raises Forbidden and Invalid."""
    if not keeps_questionnaires(actor):
        raise Forbidden(_("Questionnaires are kept by the unit leads of an agency."))
    if not CODE.fullmatch(code):
        detail = _("A code begins with a letter and has 2 to 30 letters, digits, “-” and “_”.")
        raise Invalid.field("code", "invalid", detail)
    at = CommonAnswers.pop_from(given).resolve_time()
    rows = read_items(items)
    with atomic():
        # Two leads who publish at the same time get two editions.
        Agency.objects.select_for_update(no_key=True).get(pk=actor.own_agency)
        earlier = Questionnaire.objects.filter(agency_id=actor.own_agency, code=code)
        for one in earlier.filter(state=Questionnaire.State.IN_FORCE):
            move(one, "replace", actor=SYSTEM)
        made = create_edition(
            rows, agency_id=actor.own_agency, code=code, name_zh=name_zh, name_en=name_en, state_since=at
        )
        data = {"code": code, "edition": made.edition, "items": len(rows)}
        record_begun(made, "publish", actor=actor, at=at, data=data)
        return made


def create_edition(rows: list[dict[str, Any]], *, agency_id: int | None, code: str, **columns: Any) -> Questionnaire:
    """Creates the next edition with its items."""
    last = Questionnaire.objects.filter(agency=agency_id, code=code).aggregate(last=Max("edition"))["last"] or 0
    made = Questionnaire.objects.create(agency_id=agency_id, code=code, edition=last + 1, **columns)
    QuestionnaireItem.objects.bulk_create(QuestionnaireItem(questionnaire=made, **row) for row in rows)
    return made


def revise(
    questionnaire: Questionnaire, *, actor: Actor, name_zh: str, name_en: str, items: str, **given: Any
) -> Questionnaire:
    """Publishes another edition for the actor's agency. A delivered questionnaire stays; for this agency, its own
    edition takes its place."""
    with atomic():
        applied = move(questionnaire, "revise", actor=actor, name_zh=name_zh, name_en=name_en, items=items, **given)
        return publish_questionnaire(
            actor=actor, code=applied.thing.code, name_zh=name_zh, name_en=name_en, items=items
        )


# Reviews -------------------------------------------------------------------------------------------------------------
def begin_review(
    exporter: Exporter,
    *,
    actor: Actor,
    questionnaire: str,
    handler: str = "",
    reference: str = "",
    campaign: str = "",
    **given: Any,
) -> Review:
    """Begins a review of the exporter. Raises Invalid for a questionnaire or handler that is not offered."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    with atomic():
        exporter = lock_exporter_for(exporter, "begin_review", actor=actor, version=common.version)
        chosen = _usable(questionnaire, actor)
        person = _colleague(handler, exporter.agency_id) if handler else person_of(actor)
        made: Review = Review.objects.create(
            agency_id=exporter.agency_id,
            exporter=exporter,
            questionnaire=chosen,
            handler=person,
            reference=reference,
            campaign=campaign,
            state_since=at,
        )
        ReviewAnswer.objects.bulk_create(ReviewAnswer(review=made, item=item) for item in chosen.items.all())
        data = {"exporter": exporter.name, "questionnaire": chosen.code, "edition": chosen.edition}
        event = record_begun(made, "begin", actor=actor, at=at, data=data | {"paper": common.paper})
        if person is not None and person.pk != actor.person_id:
            notify_person(event, person.pk, agency_id=person.agency_id, because="assigned")
        return made


def _usable(pk: str, actor: Actor) -> Questionnaire:
    found = next((one for one in Questionnaire.objects.usable_by(actor) if str(one.pk) == pk), None)
    if found is None:
        raise Invalid.field("questionnaire", "choice", _("This cannot be chosen here."))
    return found


def _colleague(pk: str, agency_id: int) -> User:
    people = User.objects.filter(agency=agency_id, is_active=True)
    found = next((one for one in people if str(one.pk) == pk), None)
    if found is None:
        raise Invalid.field("handler", "choice", _("No such colleague in this agency."))
    return found


def _future(due_on: date) -> date:
    """Raises Invalid for a day that has passed."""
    if due_on < times.today():
        raise Invalid.field("due_on", "past", _("This day has passed."))
    return due_on


def send(review: Review, verb: str, *, actor: Actor, due_on: date, **given: Any) -> TransitionResult[Review]:
    """Sends the questionnaire, or changes the day until which its answers are expected."""
    changes = {"due_at": end_of(_future(due_on)), "answers_by": due_on}
    return move(review, verb, actor=actor, due_on=due_on, changes=changes, **given)


def answer(review: Review, *, actor: Actor, answers: str, **given: Any) -> TransitionResult[Review]:
    """Records the answers of the table. Items that it does not name stay as they are."""
    with atomic():
        REVIEW.check("answer", actor, Review.objects.get(pk=review.pk))
        rows = read_answers(review, answers)
        applied = move(review, "answer", actor=actor, answers=answers, changes={"due_at": None}, **given)
        ReviewAnswer.objects.bulk_update(rows, ["answer", "paper"])
        return applied


def assess(review: Review, *, actor: Actor, findings: str, **given: Any) -> TransitionResult[Review]:
    """Records a finding for each item, and opens the gaps."""
    with atomic():
        REVIEW.check("assess", actor, Review.objects.get(pk=review.pk))
        found = read_findings(review, findings)
        due = min((one.due_on for one in found if one.due_on), default=None)
        changes = {"due_at": end_of(due) if due else None}
        applied = move(review, "assess", actor=actor, findings=findings, changes=changes, **given)
        for one in found:
            one.row.verdict, one.row.remark = one.verdict, one.remark
        ReviewAnswer.objects.bulk_update([one.row for one in found], ["verdict", "remark"])
        Gap.objects.bulk_create(
            Gap(
                review=review,
                item=one.row.item,
                what=one.gap,
                due_on=one.due_on or times.today(),  # a gap has a day, which was checked
                found_by=person_of(actor),
                found_at=applied.at,
            )
            for one in found
            if one.verdict == Verdict.GAP
        )
        return applied


def _gap(review: Review, verb: str, pk: str, states: Sequence[str], *, actor: Actor) -> Gap:
    """The gap of the review in one of these states, locked. Raises what the transition refuses, and Invalid."""
    REVIEW.check(verb, actor, Review.objects.get(pk=review.pk))
    gaps = review.gaps.select_for_update().filter(state__in=states)
    found = gaps.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 18 else None
    if found is None:
        raise Invalid.field("gap", "choice", _("This cannot be chosen here."))
    return found


def _move_gap(review: Review, verb: str, gap: Gap, /, *, actor: Actor, **given: Any) -> TransitionResult[Review]:
    """Applies the transition of the review, saves the changed gap, and keeps the day of the first open one."""
    others = review.gaps.open().exclude(pk=gap.pk).values_list("due_on", flat=True)
    days = [*others, *([gap.due_on] if gap.state != Gap.State.CLOSED else [])]
    changes = {"due_at": end_of(min(days)) if days else None}
    applied = move(review, verb, actor=actor, changes=changes, **given)
    gap.save()
    return applied


def report_gap(
    review: Review, *, actor: Actor, gap: str, report: str, report_paper: str = "", **given: Any
) -> TransitionResult[Review]:
    """Records that the exporter reports the gap as closed. A person checks that before it is closed."""
    with atomic():
        found = _gap(review, "report_gap", gap, Gap.WITH_EXPORTER, actor=actor)
        found.reported_at = resolve_time_of(given, not_before=review.state_since)
        refuse_reversed(found.reported_at, found.found_at)
        found.state, found.report, found.report_paper = Gap.State.REPORTED_CLOSED, report, report_paper
        answers = {"gap": gap, "report": report, "report_paper": report_paper}
        return _move_gap(review, "report_gap", found, actor=actor, **answers, **given)


def close_gap(review: Review, *, actor: Actor, gap: str, check_remark: str, **given: Any) -> TransitionResult[Review]:
    """Closes a reported gap after a check. The officer who found it may check it again."""
    with atomic():
        found = _gap(review, "close_gap", gap, (Gap.State.REPORTED_CLOSED,), actor=actor)
        found.closed_at = resolve_time_of(given, not_before=review.state_since)
        refuse_reversed(found.closed_at, found.reported_at)
        found.state, found.check_remark, found.checked_by = Gap.State.CLOSED, check_remark, person_of(actor)
        return _move_gap(review, "close_gap", found, actor=actor, gap=gap, check_remark=check_remark, **given)


def reopen_gap(
    review: Review, *, actor: Actor, gap: str, reason: str, due_on: date, **given: Any
) -> TransitionResult[Review]:
    """The check shows that the gap is not closed; the exporter gets another day."""
    with atomic():
        found = _gap(review, "reopen_gap", gap, (Gap.State.REPORTED_CLOSED,), actor=actor)
        found.due_on = _future(due_on)
        found.state, found.check_remark, found.checked_by = Gap.State.REOPENED, reason, person_of(actor)
        return _move_gap(review, "reopen_gap", found, actor=actor, gap=gap, reason=reason, due_on=due_on, **given)


def add_gap(
    review: Review, *, actor: Actor, item: str, what: str, due_on: date, **given: Any
) -> TransitionResult[Review]:
    """Adds a gap that was found after the assessment."""
    with atomic():
        row = review.answers.select_related("item").filter(item__number=item).first()
        if row is None:
            raise Invalid.field("item", "choice", _("This cannot be chosen here."))
        at = resolve_time_of(given, not_before=review.state_since)
        gap = Gap(
            review=review, item=row.item, what=what, due_on=_future(due_on), found_by=person_of(actor), found_at=at
        )
        applied = _move_gap(review, "add_gap", gap, actor=actor, item=item, what=what, due_on=due_on, **given)
        review.answers.filter(pk=row.pk).update(verdict=Verdict.GAP)
        return applied


def _ended(review: Review, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Review]:
    return move(review, verb, actor=actor, changes={"due_at": None}, **given)


QUESTIONNAIRE_ACTIONS = by_verb(move, QUESTIONNAIRE, revise=revise)
REVIEW_ACTIONS = by_verb(
    move,
    REVIEW,
    send=partial(send, verb="send"),
    set_due=partial(send, verb="set_due"),
    answer=answer,
    assess=assess,
    report_gap=report_gap,
    close_gap=close_gap,
    reopen_gap=reopen_gap,
    add_gap=add_gap,
    close=partial(_ended, verb="close"),
    withdraw=partial(_ended, verb="withdraw"),
)
