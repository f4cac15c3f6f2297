"""The resources of letters to exporters and of their release."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.late import Late
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, BriefChange, EmptyList, Facts, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from coordination.prevention.acting import about_exporter

from .actions import ACTIONS, BEGINS, RELEASE_ACTIONS
from .deciding import DECISION
from .filters import ExporterLetterFilter, ReleaseFilter
from .measures import MEASURES
from .models import ExporterLetter, ExporterLetterQuerySet, Release, ReleaseQuerySet
from .open_items import RELEASES, OpenLetters, OpenReleases
from .page import letter_parts, release_parts
from .reassigning import LetterReassignment
from .shapes import ExporterLetterShape, ReleaseDetailShape, ReleaseShape
from .starts import STARTS
from .work import WORK
from .workflow import BY_KIND, LABELS, RELEASE_LABELS, workflow_of
from .workflow import RELEASE as RELEASE_TABLE

_DUE = (
    "{% if row.owes_answer %}{% deadline row.due_at started_at=row.state_since %}{% late_because causes row %}"
    f"{{% elif row.due_at %}}{{% when row.due_at %}}{{% else %}}{columns.NONE}{{% endif %}}"
)
_NUMBER = '<span class="cv-nowrap">{{ row.number|default:"–" }}</span>'
_EXPORTER = (
    "<a href=\"{% url 'exporter_letter' row.pk %}\">{{ row.title|with_lang }}</a>"
    '<span class="cv-sub">{{ row.exporter.name|with_lang }}</span>'
)


def _says(letter: ExporterLetter) -> Iterable[Phrase]:
    yield Phrase(_("Number"), letter.number, "number")
    yield Phrase(_("Subject"), letter.title, "name")
    yield Phrase(_("Exporter"), letter.exporter.name, "name")
    yield Phrase(_("Text for the exporter"), letter.text)
    yield Phrase(_("Question of the exporter"), letter.question)
    yield Phrase(_("Answer of the exporter"), letter.answer)
    yield Phrase(_("Internal remark"), letter.remark, agency_id=letter.agency_id)


def _reading(letter: ExporterLetter, actor: Actor) -> Facts:
    remark = letter.remark if actor.agency_id == letter.agency_id else ""
    return [
        (_("Exporter"), letter.exporter.name),
        (_("Question of the exporter"), letter.question),
        (_("Text for the exporter"), letter.text),
        (_("Answer of the exporter"), letter.answer),
        (_("Internal remark"), remark),
    ]


class LetterList(Listing):
    filters = ExporterLetterFilter
    sorts = {"updated": "updated_at", "due": "due_order", "sent": "sent_at"}
    default = "-updated"
    related = ("exporter", "agency", "handler")
    deferred = ("text", "remark", "question", "answer")
    page = "exporter_letters"
    columns = (
        columns.plain("title", _("Subject"), cell=_EXPORTER),
        columns.plain("exporter_name", _("Exporter"), "exporter.name"),
        columns.plain("uscc", _("Unified social credit code"), "exporter.uscc"),
        columns.choice("kind", _("Kind")),
        columns.plain("number", _("Number"), cell=_NUMBER),
        columns.state(),
        columns.agency("agency", _("Agency")),
        columns.moment("sent_at", _("Sent on"), sort="sent"),
        columns.moment("due_at", _("Due (set by the agency)"), cell=_DUE, sort="due"),
    )
    subtitle = _("Guidance, consultations, supervisory talks, warning letters and suspension notices of your agency.")
    empty = EmptyList(
        _("No letter to an exporter yet"),
        _("A letter is begun on the page of an exporter."),
        "envelope",
        "exporters",
        _("Go to the exporters"),
    )
    facets = ("state", "kind", "agency")
    chips_label = _("Letters to exporters")

    def chips(self, visible: ExporterLetterQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Open"), "open=1", visible.open()
        waits = ExporterLetter.State.AWAITS_RELEASE
        yield _("Waits for release by another agency"), f"state={waits}", visible.filter(state=waits)
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


LETTER = Resource(
    name="exporter-letters",
    kind="letter",
    model=ExporterLetter,
    page="exporter_letter",
    label=_("Letter to an exporter"),
    plural=_("Letters to exporters"),
    looks={
        "READ": ("info", "check-circle"),
        "AT_OFFICE": ("wait", "hourglass-split"),
        "AWAITS_RELEASE": ("wait", "hourglass-split"),
        "NOT_RELEASED": ("wait", "lock"),
        "SERVED": ("progress", "receipt"),
    },
    workflows=tuple(BY_KIND.values()),
    choose_workflow=workflow_of,
    actions=ACTIONS,
    related=("exporter", "agency", "handler"),
    is_corrected=False,  # it is revoked and written again
    sentences={("letter", verb): LABELS[verb].sentence for verb in ("write", "write_of_many", "decide")},
    adds={"exporters": STARTS},
    contributes={"exporters": BEGINS},
    listing=LetterList(),
    navigation=NavigationPage(group=Group.PREVENTION, place=401, counts="letter", waiting="?open=1"),
    page_parts=letter_parts,
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": ""})),
    reading=_reading,
    notices=Notices(in_hand=("handler",), decides=(ExporterLetter.State.AT_OFFICE,)),
    decision=DECISION,
    reassign=LetterReassignment(),
    bulk=("assign", "hand_over"),
    work=(WORK,),
    open_items=OpenLetters(),
    about_company=about_exporter(),
    late=Late(
        debtor="agency_id",
        handler="handler_id",
        case="about_case",
        related=("about_case", "exporter"),
        owed_to=lambda agency: Q(agency_id=agency),
        title=lambda letter: letter.title,
        about=lambda letter: letter.get_kind_display(),
    ),
    measures=MEASURES,
    search=Search(
        kinds=(
            SearchKind(
                name="letter",
                resource="exporter-letters",
                model=ExporterLetter,
                says=_says,
                read_by=seen(ExporterLetter),
                page="exporter_letter",
                subject="pk",
                related=("exporter",),
                agencies=("agency",),
            ),
        )
    ),
    changes=(
        BriefChange(
            key="new-exporter-letters",
            place=60,
            name=_("Sent"),
            definition=_("Letters sent to exporters."),
            at="sent_at",
            agencies=("agency_id",),
            shown="agency",
            words=str,
            related=("exporter",),
            matter="pk",
        ),
    ),
    api=Api(
        row=("exporter", "asked_on", "served_on", "answered_on", "follow_up", "created_at", "updated_at"),
        detail=(
            *("question", "text", "remark", "venue", "about_case", "served_by", "service_proof", "attendees"),
            *("answer", "to_revise", "reason", "campaign"),
        ),
        shape=ExporterLetterShape,
    ),
)


class ReleaseList(Listing):
    filters = ReleaseFilter
    sorts = {"created": "created_at", "updated": "updated_at"}
    default = "-created"
    related = ("letter__exporter", "confidential")
    page = "releases"
    subtitle = _(
        "Letters to exporters that your criminal or confidential matters concern. Only people who decide see them."
    )
    empty = EmptyList(_("No release to decide"), _("No letter to an exporter waits for your release."), "envelope")
    facets = ("state",)

    def chips(self, visible: ReleaseQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("To be decided"), "open=1", visible.open()
        yield _("All"), "", visible


RELEASE = Resource(
    name="releases",
    kind="release",
    model=Release,
    page="release",
    label=pgettext_lazy("exporter letter", "Release"),
    plural=_("Releases"),
    looks={"WAITING": ("wait", "hourglass-split"), "LAPSED": ("stopped", "x-lg")},
    workflows=(RELEASE_TABLE,),
    actions=RELEASE_ACTIONS,
    related=("letter__exporter", "agency", "confidential"),
    is_corrected=False,  # the agency of the letter asks again
    sentences={("release", "ask"): RELEASE_LABELS["ask"].sentence},
    listing=ReleaseList(),
    navigation=RELEASES,
    page_parts=release_parts,
    open_items=OpenReleases(),
    summary=Summary(title="letter__exporter__name"),
    notices=Notices(),
    about_company=about_exporter("letter__exporter"),
    reading=lambda release, actor: [
        (_("Exporter"), release.letter.exporter.name),
        (_("Kind of letter"), str(release.letter.get_kind_display())),
    ],
    api=Api(ReleaseShape, ReleaseDetailShape),
)
