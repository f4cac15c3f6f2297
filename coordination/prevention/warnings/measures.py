"""What letters to exporters contribute to the figures. Each letter is a matter of its own."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    Metric,
    day_of,
    days_between,
    entered,
    first_entered,
    labels,
    stays,
)
from cases.casefile.models import Handling

from .models import ExporterLetter

K, S = ExporterLetter.Kind, ExporterLetter.State


def _facts(letter: ExporterLetter, history: History) -> Iterable[MeasuredFact]:
    """Sent and answered by kind, in time by the due date that the agency set, and the days that releases took."""
    found = FactCollector(letter.agency_id, labels=labels(reason=f"letter.kind:{letter.kind}"))
    sent, answered = first_entered(history, S.SENT), _answered(letter, history)
    found.count("letters.sent", sent)
    if letter.kind == K.CONSULTATION or sent is not None:
        found.count("letters.answered", answered)
        if letter.due_at is not None and answered is not None:
            found.count("letters.due", answered)
            if (letter.answered_on or day_of(answered)) <= day_of(letter.due_at):
                found.count("letters.in_time", answered)
    for stay in stays(history):
        if stay.state == S.AWAITS_RELEASE:
            found.count("letters.release", stay.ended, days=days_between(stay.began, stay.ended))
    found.late("letter", letter.due_at if _was_owed(letter, history) else None, _no_longer_owed(letter, history))
    return found.facts


def _answered(letter: ExporterLetter, history: History) -> datetime | None:
    """The answer of the exporter; of a consultation our reply."""
    return first_entered(history, S.SENT if letter.kind == K.CONSULTATION else S.ANSWERED)


def _was_owed(letter: ExporterLetter, history: History) -> bool:
    return letter.kind == K.CONSULTATION or bool(entered(history, S.SENT))


def _no_longer_owed(letter: ExporterLetter, history: History) -> datetime | None:
    """When the answer came or the letter ended; None while it is outstanding."""
    if letter.owes_answer:
        return None
    return _answered(letter, history) or first_entered(history, S.CLOSED, S.WITHDRAWN) or letter.state_since


def _rows(matters: Collection[UUID]) -> QuerySet[ExporterLetter]:
    return ExporterLetter.objects.filter(pk__in=matters)


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    """Letters about a restricted case are not counted for the centre, which does not see them."""
    rows = ExporterLetter.objects.filter(pk__in=matters).values_list("pk", "campaign", "about_case__handling")
    return {
        pk: MeasuredMatter(labels(campaign=campaign), restricted=handling == Handling.H3)
        for pk, campaign, handling in rows
    }


MEASURES = Measures(
    rows=_rows,
    matter=lambda letter: letter.pk,
    facts=_facts,
    about=_about,
    restricted=lambda: ExporterLetter.objects.filter(about_case__handling=Handling.H3).values("pk"),
    figures=(
        Metric(
            key="letters_sent",
            name=_("Letters to exporters sent"),
            definition=_(
                "Guidance, replies, calls to talks, warning letters and suspension notices by the day of sending."
            ),
            measures=("letters.sent",),
            divided=("reason",),
        ),
        Metric(
            key="letters_answered",
            name=_("Letters to exporters answered"),
            definition=_("Answers of exporters, talks held, and replies to consultations by their day."),
            measures=("letters.answered",),
            divided=("reason",),
        ),
        Metric(
            key="letters_in_time",
            name=_("Letters to exporters answered in time"),
            definition=_("Of the answers with a due date, which the agency set, those that came by it."),
            form=Form.SHARE,
            measures=("letters.in_time",),
            of=("letters.due",),
            divided=("reason",),
            better="up",
        ),
        Metric(
            key="release_days",
            name=_("Days until release"),
            definition=_(
                "Median of the days from the decision to send a letter until other agencies released it or not."
            ),
            form=Form.MEDIAN,
            measures=("letters.release",),
            better="down",
        ),
    ),
)
