"""Pages of due diligence: a new questionnaire, and the forms with one line for each item of a review."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import CASE_READER, LEADS, STAFF, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.spelled_fields import DayField
from agencies.kernel.tables import CSV_TYPE
from agencies.kernel.texts import TextField
from agencies.people.forms import new_object_page, post_data
from coordination.prevention.sheets import RowsForm, rows_page

from .actions import REVIEW_ACTIONS, publish_questionnaire
from .models import AnswerKind, Review, ReviewAnswer, Verdict
from .reading import ANSWERS, FINDINGS, LONGEST, answers_of, items_table
from .workflow import NEW, REVIEW

YES_NO = (("", "—"), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


@page(LEADS)
def questionnaire_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return new_object_page(
        request,
        ActionForm(NEW, thing=None, actor=actor, data=post_data(request)),
        partial(publish_questionnaire, actor=actor),
        done=_("The questionnaire is in force for your agency."),
        heading=_("New questionnaire"),
        help_text=_("Reviews that have begun keep the edition with which they began."),
        button=_("Publish"),
        back=reverse("questionnaires"),
        back_label=_("Questionnaires"),
    )


@page(CASE_READER)
def questionnaire_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The items in the format in which a new edition is read."""
    found = RESOURCES["questionnaires"].find(actor_of(request), pk)
    response = HttpResponse("\ufeff" + items_table(found.items.all()), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="questionnaire-{found.code}-{found.edition}.csv"'
    return response


@page(STAFF)
def review_answers(request: HttpRequest, pk: UUID, resource: str, verb: str) -> HttpResponse:
    """The answers to all items in one form."""
    actor = actor_of(request)
    review = RESOURCES[resource].find(actor, pk)
    REVIEW.check(verb, actor, review)
    columns = {"answer": (_("Answer"), _answer_field), "paper": (_("Paper no."), _paper_field)}
    how = forms.ChoiceField(
        label=_("How it was answered"),
        choices=Review.AnsweredBy.choices,
        initial=Review.AnsweredBy.EXPORTER if review.state == Review.State.SENT else Review.AnsweredBy.VISIT,
    )
    form = RowsForm(
        post_data(request), rows=answers_of(review), columns=columns, more={"answered_by": how}, version=review.version
    )
    help_text = _("As the exporter answered. Items without an answer may stay empty.")
    return rows_page(
        request,
        form=form,
        table=ANSWERS,
        template="diligence/rows.html",
        act=partial(REVIEW_ACTIONS[verb], review, actor=actor),
        context=_context(review, verb, help_text),
    )


def _answer_field(row: ReviewAnswer) -> forms.Field | None:
    match row.item.kind:
        case AnswerKind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, initial=row.answer)
        case AnswerKind.DATE:
            return DayField(initial=row.answer or None)
        case AnswerKind.FILE:
            return None
    return _text(row.answer, LONGEST["answer"], rows=2)


def _paper_field(row: ReviewAnswer) -> forms.Field:
    return _text(row.paper, LONGEST["paper"])


def _text(initial: str, longest: int, rows: int = 0) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return TextField(initial=initial, max_length=longest, widget=widget)


@page(STAFF)
def review_findings(request: HttpRequest, pk: UUID, resource: str, verb: str) -> HttpResponse:
    """What the officer found about all items in one form."""
    actor = actor_of(request)
    review = RESOURCES[resource].find(actor, pk)
    REVIEW.check(verb, actor, review)
    columns = {
        "verdict": (_("Finding"), _verdict_field),
        "remark": (pgettext("review", "Remark"), lambda row: _text(row.remark, LONGEST["remark"], rows=2)),
        "gap": (_("What is missing"), lambda row: _text("", LONGEST["gap"], rows=2)),
        "due_on": (_("To be closed by"), lambda row: DayField()),
    }
    form = RowsForm(post_data(request), rows=answers_of(review), columns=columns, more={}, version=review.version)
    help_text = _("Every item needs a finding. A gap needs what is missing and the day until which it is to be closed.")
    return rows_page(
        request,
        form=form,
        table=FINDINGS,
        template="diligence/rows.html",
        act=partial(REVIEW_ACTIONS[verb], review, actor=actor),
        context=_context(review, verb, help_text) | {"shows_answers": True},
    )


def _verdict_field(row: ReviewAnswer) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *Verdict.choices], initial=row.verdict)


def _context(review: Review, verb: str, help_text: str) -> dict[str, Any]:
    return {
        "review": review,
        "heading": REVIEW.labels[verb].button,
        "help_text": help_text,
        "button": REVIEW.labels[verb].button,
        "back": reverse("review", args=[review.pk]),
        "back_label": review,
        "as_table": reverse("verb", args=["reviews", review.pk, verb]),
    }
