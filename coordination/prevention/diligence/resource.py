"""Questionnaires and reviews of due diligence as resources."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.late import Late
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import LEADS
from agencies.kernel.resource import (
    Addition,
    Api,
    BriefChange,
    Column,
    EmptyList,
    Facts,
    Listing,
    Notices,
    Resource,
    Summary,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from coordination.prevention.acting import PreventionReassignment, about_exporter

from .access import keeps_questionnaires
from .actions import QUESTIONNAIRE_ACTIONS, REVIEW_ACTIONS, begin_review, publish_questionnaire
from .filters import QuestionnaireFilter, ReviewFilter
from .measures import MEASURES
from .models import Questionnaire, Review, ReviewQuerySet
from .open_items import OpenReviews
from .page import questionnaire_parts, review_parts
from .shapes import QuestionnaireInput, QuestionnaireShape, ReviewShape
from .work import WORK
from .workflow import LABELS, NEW, STARTS
from .workflow import QUESTIONNAIRE as QUESTIONNAIRE_TABLE
from .workflow import REVIEW as REVIEW_TABLE

_EXPORTER = (
    "<a href=\"{% url 'review' row.pk %}\">{{ row.exporter.name|with_lang }}</a>"
    '<span class="cv-sub">{{ row.questionnaire.name }}</span>'
)
_DUE = '{% if row.due_at %}{% deadline row.due_at %}{% else %}<span class="cv-muted">–</span>{% endif %}'


class ReviewList(Listing):
    filters = ReviewFilter
    sorts = {"due": "due_at", "updated": "updated_at", "created": "created_at"}
    default = "-updated"
    related = ("agency", "exporter", "questionnaire", "handler")
    page = "reviews"
    columns = (
        columns.plain("exporter_name", _("Exporter"), "exporter.name", cell=_EXPORTER),
        Column("questionnaire_name", _("Questionnaire"), lambda row, actor: row.questionnaire.name),
        columns.state(),
        columns.agency("agency", _("Agency")),
        Column(
            "open_gaps",
            _("Open gaps"),
            lambda row, actor: row.open_gaps,
            '<span class="cv-num">{{ row.open_gaps }}</span>',
            kind="number",
        ),
        columns.moment("due_at", _("Due"), cell=_DUE, sort="due"),
        Column("handler_name", _("Handler"), lambda row, actor: row.handler.name if row.handler else ""),
    )
    subtitle = _("Reviews of exporters by your agency, with their answers and gaps. Other agencies do not see them.")
    empty = EmptyList(
        _("No review yet"), _("A review begins on the page of an exporter."), "clipboard-data", "exporters",
        _("Go to the exporters"),
    )  # fmt: skip
    facets = ("state",)
    chips_label = _("Reviews")

    def shown(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        counted: QuerySet[Any] = rows.annotate(open_gaps=Count("gaps", filter=~Q(gaps__state="CLOSED")))
        return counted

    def chips(self, visible: ReviewQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Open"), "open=1", visible.open()
        if actor.is_staff:
            yield _("Mine"), "mine=1", visible.of_person(actor)
        yield _("With open gaps"), "gaps=1", visible.with_open_gaps()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


def _reading(review: Review, actor: Actor) -> Facts:
    return [(_("Exporter"), review.exporter.name), (_("Questionnaire"), review.questionnaire.name)]


def _says(review: Review) -> Iterable[Phrase]:
    yield Phrase(_("Exporter"), review.exporter.name, "name")
    yield Phrase(_("Unified social credit code"), review.exporter.uscc, "number")
    yield Phrase(_("Reference"), review.reference, "number")
    yield Phrase(_("Conclusion"), review.conclusion)
    for gap in review.gaps.all():
        yield Phrase(_("What is missing"), gap.what)


REVIEW = Resource(
    name="reviews",
    kind="review",
    model=Review,
    page="review",
    label=pgettext_lazy("due diligence", "Review"),
    plural=pgettext_lazy("due diligence", "Reviews"),
    looks={"REVIEWED": ("progress", "clipboard-data"), "ANSWERED": ("review", "reply")},
    workflows=(REVIEW_TABLE,),
    actions=REVIEW_ACTIONS,
    form_pages={"answer": "review_answers", "assess": "review_findings"},
    related=("agency", "exporter", "questionnaire", "handler"),
    is_corrected=False,  # answers are entered again, gaps are reopened
    adds={"exporters": STARTS},
    contributes={"exporters": {"begin_review": begin_review}},
    sentences={("review", "begin"): LABELS["begin"].sentence},
    listing=ReviewList(),
    page_parts=review_parts,
    work=(WORK,),
    open_items=OpenReviews(),
    navigation=NavigationPage(group=Group.PREVENTION, place=403, counts="review", waiting="?open=1"),
    summary=Summary(title="exporter__name", sight=ByColumns(own={"agency_id": ""})),
    reading=_reading,
    notices=Notices(in_hand=("handler",)),
    reassign=PreventionReassignment(),
    bulk=("assign", "hand_over"),
    late=Late(
        debtor="agency_id",
        handler="handler_id",
        case="",
        related=("exporter", "questionnaire"),
        owed_to=lambda agency: Q(agency_id=agency),  # the exporter's answer is owed to no other agency
        about=lambda review: pgettext_lazy("due diligence", "Review"),
    ),
    about_company=about_exporter(),
    measures=MEASURES,
    changes=(
        BriefChange(
            key="reviews-answered",
            place=62,
            name=_("Answered"),
            definition=_("Reviews of exporters whose answers were entered."),
            at="state_since",
            agencies=("agency_id",),
            shown="agency",
            words=lambda review: review.exporter.name,
            related=("exporter",),
            cut=lambda rows: rows.filter(state=Review.State.ANSWERED),
            matter="pk",
        ),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="review",
                resource="reviews",
                model=Review,
                says=_says,
                read_by=seen(Review),
                page="review",
                subject="pk",
                related=("exporter",),
                prefetch=("gaps",),
                agencies=("agency",),
            ),
        )
    ),
    api=Api(
        row=("exporter", "questionnaire", "reference", "answers_by", "due_at", "created_at", "updated_at"),
        detail=("sent_by", "answered_by", "conclusion", "answers", "gaps", "campaign"),
        shape=ReviewShape,
    ),
)


class QuestionnaireList(Listing):
    filters = QuestionnaireFilter
    sorts = {"code": "code", "updated": "updated_at"}
    default = "code"
    related = ("agency",)
    page = "questionnaires"
    columns = (
        columns.plain(
            "name",
            _("Questionnaire"),
            cell="<a href=\"{% url 'questionnaire' row.pk %}\">{{ row.name }}</a>",
        ),
        columns.plain("code", _("Code"), cell='<span class="cv-mono">{{ row.code }}</span>', sort="code"),
        Column(
            "edition", _("Edition"), lambda row, actor: row.edition, "{{ row.edition }}", kind="number", path="edition"
        ),
        columns.state(),
        Column(
            "kept_by",
            _("Kept by"),
            lambda row, actor: row.agency.name if row.agency else str(_("delivered with the system")),
            "{% if row.agency %}{% agency row.agency %}{% else %}{% include 'diligence/delivered.html' %}{% endif %}",
        ),
    )
    subtitle = _("A review follows one of them. An edition never changes; a new one is for reviews that begin later.")
    empty = EmptyList(_("No questionnaire yet"), _("The unit leads of an agency publish them."), "clipboard-data")
    facets = ("state",)

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"keeps": keeps_questionnaires(actor)}


def _publish(*, actor: Actor, **body: Any) -> Questionnaire:
    """Publishes a questionnaire whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(NEW, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return publish_questionnaire(actor=actor, **form.given())


QUESTIONNAIRE = Resource(
    name="questionnaires",
    kind="questionnaire",
    model=Questionnaire,
    page="questionnaire",
    label=_("Questionnaire"),
    plural=_("Questionnaires"),
    looks={"IN_FORCE": ("good", "check-circle")},
    workflows=(QUESTIONNAIRE_TABLE,),
    actions=QUESTIONNAIRE_ACTIONS,
    related=("agency",),
    is_corrected=False,  # a new edition corrects it
    sentences={("questionnaire", "publish"): QUESTIONNAIRE_TABLE.labels["publish"].sentence},
    listing=QuestionnaireList(),
    page_parts=questionnaire_parts,
    navigation=NavigationPage(group=Group.PREVENTION, place=414),
    summary=Summary(title=("name_zh", "name_en"), sight=ByColumns(own={"agency_id": ""})),
    api=Api(
        row=("agency", "name_zh", "name_en", "created_at", "updated_at"), detail=("items",), shape=QuestionnaireShape
    ),
    addition=Addition(
        words=_("New questionnaire"),
        help=_("Publishes a questionnaire of the caller's agency, or a new edition of it."),
        accepts=QuestionnaireInput,
        add=_publish,
        permission=LEADS,
    ),
)
