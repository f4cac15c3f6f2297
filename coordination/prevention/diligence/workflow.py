"""Workflows of a questionnaire and of a review (ECL arts. 14–18; DUR arts. 24, 25, 27)."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, condition, transition
from coordination.prevention.campaigns import CAMPAIGN
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from . import choices
from .access import handles, revises, withdraws
from .models import Questionnaire, Review
from .reading import ITEM_COLUMNS, answers_table, findings_table, items_table

Q, S = Questionnaire.State, Review.State
own = partial(transition, visibility=Visibility.OWN)


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(names)


# Questionnaires ------------------------------------------------------------------------------------------------------
TITLES = (
    ActionField("name_zh", _("Title in Chinese"), max_length=200),
    ActionField("name_en", _("Title in English"), max_length=200),
)
ITEMS = ActionField(
    "items",
    pgettext_lazy("questionnaire", "Items"),
    kind="table",
    of_new=True,
    help=_(
        "CSV with the columns number, kind (yes_no, text, file, date), question_zh, question_en, gap (what counts as a"
        " gap: no, yes, empty, past) and basis."
    ),
    initial=lambda one, actor: (
        items_table(one.items.all()) if isinstance(one, Questionnaire) else _columns(ITEM_COLUMNS)
    ),
)
CODE = ActionField("code", _("Code"), max_length=30, help=_("Letters, digits, “-” and “_”; editions share it."))
NEW = (CODE, *TITLES, ITEMS)

QUESTIONNAIRE = Workflow(
    "questionnaire",
    Q,
    {
        "revise": own(Q.IN_FORCE, by=revises, fields=(*TITLES, ITEMS)),
        "withdraw": own(Q.IN_FORCE, to=Q.WITHDRAWN, by=withdraws, fields=(REASON,)),
        "replace": automatic(Q.IN_FORCE, to=Q.REPLACED, visibility=Visibility.PAIR),
    },
    {
        "publish": Labels(_("New questionnaire"), _("published the questionnaire")),
        "revise": Labels(_("Publish a new edition"), _("published a new edition of the questionnaire")),
        "withdraw": Labels(_("Withdraw the questionnaire"), _("withdrew the questionnaire"), "danger"),
        "replace": Labels(_("Replace"), _("replaced the questionnaire by a new edition")),
    },
    final=frozenset({Q.REPLACED, Q.WITHDRAWN}),
)

# Reviews -------------------------------------------------------------------------------------------------------------
BEGIN = (
    ActionField("questionnaire", _("Questionnaire"), choices=choices.questionnaires, of_new=True),
    ActionField(
        "handler", _("Handler"), choices=choices.colleagues, required=False, of_new=True, help=_("Empty: you.")
    ),
    ActionField(
        "reference",
        _("Reference"),
        required=False,
        max_length=80,
        of_new=True,
        help=_("The letter, lead or case that gives rise to it."),
    ),
    CAMPAIGN,
)
ANSWER_BY = ActionField("due_on", _("Answers expected by"), kind="date", of_new=True)
GAP_BY = ActionField("due_on", _("To be closed by"), kind="date", of_new=True)
HOW = ActionField("sent_by", _("How it is sent"), choices=Review.SentBy.choices, stores=True)
HOW_ANSWERED = ActionField(
    "answered_by",
    _("How it was answered"),
    choices=Review.AnsweredBy.choices,
    stores=True,
    initial=lambda review, actor: Review.AnsweredBy.EXPORTER if review.state == S.SENT else Review.AnsweredBy.VISIT,
)
ANSWERS = ActionField(
    "answers",
    _("Answers"),
    kind="table",
    help=_("CSV with the columns number, answer and paper. Items that it does not name stay as they are."),
    initial=lambda review, actor: answers_table(review),
)
FINDINGS = ActionField(
    "findings",
    _("Findings"),
    kind="table",
    help=_(
        "CSV with the columns number, verdict (in_order, gap, not_applicable), remark, gap (what is missing) and due_on."
        " Every item needs a line."
    ),
    initial=lambda review, actor: findings_table(review),
)
GAP = (
    ActionField("item", pgettext_lazy("questionnaire", "Item"), choices=choices.items, of_new=True),
    ActionField("what", _("What is missing"), max_length=300, of_new=True),
    GAP_BY,
)
WITH_EXPORTER = ActionField("gap", _("Gap"), choices=choices.gaps_with_exporter, of_new=True)
REPORTED = ActionField("gap", _("Gap"), choices=choices.reported_gaps, of_new=True)
REPORT = (
    ActionField("report", _("What the exporter did"), kind="long", of_new=True),
    OptionalField("report_paper", _("Number of the paper that shows it"), max_length=80, of_new=True),
)
CHECKED = ActionField("check_remark", _("How it was checked"), kind="long", of_new=True)
CONCLUSION = ActionField("conclusion", _("Conclusion"), kind="long", stores=True)


@condition("gaps", _("No gap is open at the exporter."))
def has_gap_with_exporter(review: Review) -> bool:
    return review.gaps.filter(state__in=review.gaps.model.WITH_EXPORTER).exists()


@condition("reported", _("The exporter has reported no gap as closed."))
def has_reported_gap(review: Review) -> bool:
    return review.gaps.filter(state="REPORTED_CLOSED").exists()


@condition("open_gaps", _("A gap is still open. Each is checked again and closed first."))
def no_gap_open(review: Review) -> bool:
    return not review.gaps.open().exists()


# fmt: off
TRANSITIONS = {
    # The first main action of a state is its next step.
    "send":       own(S.DRAFT,                      to=S.SENT,      by=handles, fields=(HOW, ANSWER_BY, NOTE)),
    "set_due":    own(S.SENT,                                       by=handles, fields=(ANSWER_BY, REASON)),
    "assess":     own(S.ANSWERED,                   to=S.REVIEWED,  by=handles, fields=(FINDINGS,)),
    "answer":     own(S.DRAFT, S.SENT, S.ANSWERED,  to=S.ANSWERED,  by=handles, fields=(HOW_ANSWERED, ANSWERS)),
    "close":      own(S.REVIEWED,                   to=S.CLOSED,    by=handles, fields=(CONCLUSION,), needs=(no_gap_open,)),
    "report_gap": own(S.REVIEWED,                                   by=handles, fields=(WITH_EXPORTER, *REPORT), needs=(has_gap_with_exporter,), of_row="gap"),
    "close_gap":  own(S.REVIEWED,                                   by=handles, fields=(REPORTED, CHECKED), needs=(has_reported_gap,), of_row="gap"),
    "reopen_gap": own(S.REVIEWED,                                   by=handles, fields=(REPORTED, REASON, GAP_BY), needs=(has_reported_gap,), of_row="gap"),
    "add_gap":    own(S.REVIEWED,                                   by=handles, fields=GAP),
    "withdraw":   own(S.DRAFT, S.SENT, S.ANSWERED, S.REVIEWED, to=S.WITHDRAWN, by=handles, fields=(REASON,)),
}
# fmt: on

LABELS = {
    "begin": Labels(_("Begin a review"), _("began a review")),
    "send": Labels(_("Send the questionnaire"), _("sent the questionnaire"), "primary"),
    "set_due": Labels(_("Change the day for answers"), _("changed the day for the answers")),
    "answer": Labels(_("Enter the answers"), _("entered the answers"), "primary"),
    "assess": Labels(_("Assess the answers"), _("assessed the answers"), "primary"),
    "report_gap": Labels(_("Record a report"), _("recorded what the exporter reported about a gap")),
    "close_gap": Labels(_("Close after a check"), _("checked a gap again and closed it"), "primary"),
    "reopen_gap": Labels(_("Reopen"), _("checked a gap again and reopened it")),
    "add_gap": Labels(_("Add a gap"), _("added a gap")),
    "close": Labels(_("Close the review"), _("closed the review"), "primary"),
    "withdraw": Labels(_("Withdraw the review"), _("withdrew the review"), "danger"),
}

REVIEW = Workflow("review", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED, S.WITHDRAWN}))

# The verb that exporters get.
STARTS = Workflow(
    "exporter",
    Exporter.State,
    {"begin_review": own(Exporter.State.FOLLOWED, by=keeps_register, fields=BEGIN)},
    {"begin_review": Labels(_("Begin a review"), _("began a review of due diligence"))},
)
