"""The resource of stops."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.late import Late
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import Addition, Api, BriefChange, EmptyList, Facts, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.machines.models import ApiKey
from agencies.people.naming import handler_phrase
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .access import asks_customs, sends_notices
from .actions import ACTIONS, CASE_ACTIONS, EXPORTER_ACTIONS, SENDING, draft_stop
from .deciding import DECISION, about
from .fields import FIELDS
from .filters import StopFilter
from .measures import MEASURES
from .models import Stop, StopKind, StopQuerySet
from .on_case import StopsOnCase
from .open_items import OpenStops
from .page import page_parts
from .reassigning import StopReassignment
from .shapes import StopInput, StopShape
from .starts import ON_EXPORTER, STARTS
from .work import WORK
from .workflow import BY_KIND, workflow_of

_NUMBER = (
    '<span class="cv-sub">{{ row.get_kind_display }}'
    '{% if row.number %} · <span class="cv-nowrap">{{ row.number }}</span>{% endif %}</span>'
)
_SIDES = "{% agency row.sender %}<br>{% agency row.customs %}"
_DUE = (
    "{% if row.due_at and row.is_open %}{% deadline row.due_at started_at=row.sent_at %}{% late_because causes row %}"
    "{% elif row.seen_at %}{% when row.seen_at %}"
    f"{{% else %}}{columns.NONE}{{% endif %}}"
)


class StopList(CaseListing):
    filters = StopFilter
    sorts = {"due": "due_order", "updated": "updated_at", "created": "created_at", "last_day": "last_day"}
    default = "due"
    related = ("case", "sender", "customs", "district", "hold")
    page = "stops"
    columns = (
        columns.title("stop", _("Goods to stop or inspect"), more=_NUMBER + CASE_BELOW),
        columns.plain("number", _("Number")),
        columns.choice("kind", _("Kind"), cell=""),
        columns.plain("declaration_no", _("Declaration number")),
        columns.plain("container", _("Container number")),
        columns.plain("exporter", _("Exporter")),
        *CASE_COLUMNS,
        columns.state(),
        columns.agency("sender", pgettext_lazy("letter", "Sender"), cell=_SIDES, page_heading=_("From and to")),
        columns.agency("customs", _("Customs agency"), cell=""),
        columns.moment("sent_at", _("Sent"), cell=""),
        replace(
            columns.moment("due_at", _("To be seen by"), cell=_DUE, sort="due"), page_heading=_("Seen or to be seen by")
        ),
        columns.day("last_day", _("Last day of the watch"), sort="last_day"),
    )
    subtitle = _(
        "Notices of the commerce ministry not to release goods (DUR art. 22(2)), and requests to target or inspect. "
        "A sender sees its own only."
    )
    empty = EmptyList(
        _("No stop or inspection request yet"),
        _("Send one from the page of a case, or here without a case. Watch lists keep the routes of your own desks."),
        "box-seam",
        "listings",
        _("Watch lists"),
    )
    facets = ("kind", "state", "sender", "customs", "ground")
    chips_label = pgettext_lazy("stop", "Stop filter")

    def chips(self, visible: StopQuerySet, actor: Actor) -> Iterable[CountedList]:
        if actor.is_staff:
            agency = actor.agency_code
            yield _("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)
            yield _("From us"), f"sender={agency}", visible.filter(sender_id=actor.agency_id)
            yield _("To us"), f"customs={agency}", visible.filter(customs_id=actor.agency_id)
        yield _("Goods held"), "holding=1", visible.holding()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        may = {"asks_customs": asks_customs(actor), "sends_notices": sends_notices(actor)}
        return super().context(facets, page, actor) | may


def _says(stop: Stop) -> Iterable[Phrase]:
    yield Phrase(_("Number"), stop.number, "number")
    yield Phrase(_("Declaration number"), stop.declaration_no, "number")
    yield Phrase(_("Container number"), stop.container, "number")
    yield Phrase(_("Exporter"), stop.exporter, "name")
    yield Phrase(_("Unified social credit code"), stop.exporter_code, "number")
    yield Phrase(_("Goods"), stop.goods)
    yield handler_phrase(stop.drafter, stop.sender_id)
    yield handler_phrase(stop.handler, stop.customs_id)


def _letter(stop: Stop) -> Letter:
    return Letter(
        sender=stop.sender,
        to=[stop.customs],
        number=stop.number,
        title=f"{stop.get_kind_display()}: {stop.title}",
        text="\n".join(f"{heading}: {text}" for heading, text in _reading_facts(stop)),
    )


def _reading_facts(stop: Stop) -> Facts:
    reasons: Facts = [
        (_("Ground of the notice"), stop.get_ground_display() if stop.is_notice else ""),
        (_("Fact that fulfils the ground"), stop.fact),
        (_("What customs should look for, and why"), stop.text),
        (_("Remark to the sender"), stop.answer),
    ]
    return [*((heading, text) for heading, text in reasons if text), *about(stop)]


def _add(*, actor: Actor, kind: str, **body: Any) -> Stop:
    """Drafts a stop without a case, checked like that of the page. Raises Invalid, Forbidden."""
    fields = FIELDS[StopKind(kind)]
    form = ActionForm(fields, thing=None, actor=actor, data=body)
    names = {field.name for field in fields}
    errors = [FieldError(f"/{name}", "unknown", gettext("Unknown field.")) for name in sorted(body.keys() - names)]
    if errors or not form.is_valid():
        raise Invalid([*field_errors(form), *errors])
    return draft_stop(None, kind, actor=actor, **form.given())


STOP = Resource(
    name="stops",
    kind="stop",
    model=Stop,
    page="stop",
    label=_("Stop or inspection request"),
    plural=_("Stops and inspections"),
    looks={
        "SEEN": ("progress", "eye"),
        "STANDING": ("progress", "record-circle"),
        "HELD": ("good", "pause-circle"),
        "QUERIED": ("review", "question-circle"),
        "DETAINED": ("good", "lock"),
        "ALREADY_RELEASED": ("stopped", "unlock"),
        "NOT_FOUND": ("stopped", "search"),
        "LIFTED": ("good", "check-lg"),
        "EXPIRED": ("stopped", "clock-history"),
    },
    workflows=tuple(BY_KIND.values()),
    choose_workflow=workflow_of,
    actions=ACTIONS,
    related=("case", "sender", "customs", "district", "hold"),
    read_with=(ApiKey.Scope.STOPS_PULL,),
    is_corrected=False,  # customs answer again, and the sender sends it again
    adds={"cases": STARTS, "exporters": ON_EXPORTER},
    contributes={"cases": CASE_ACTIONS, "exporters": EXPORTER_ACTIONS},
    sentences={("stop", "escalate"): _("notified superiors that it was not seen in time (policy)")},
    listing=StopList(),
    page_rows=lambda rows, actor: rows.select_related("drafter", "handler", "approver"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenStops(),
    navigation=NavigationPage(group=Group.PREVENTION, place=409, counts="stop", waiting="?waiting_on={agency}"),
    decision=DECISION,
    reassign=StopReassignment(),
    bulk=("assign", "hand_over", "see"),
    on_case=StopsOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"sender_id": "", "customs_id": "sent_at"})),
    letters=LetterRules(of=_letter, sent_by=frozenset(SENDING)),
    reading=lambda stop, actor: [(pgettext("letter", "From"), stop.sender.name), *_reading_facts(stop)],
    late=Late(
        debtor="customs_id",
        handler="handler_id",
        owed_to=lambda agency: Q(sender_id=agency),
        title=lambda stop: str(stop),
        about=lambda stop: stop.get_kind_display(),
    ),
    measures=MEASURES,
    notices=Notices(in_hand=("handler",), asked=("drafter",), decides=(Stop.State.HEAD_DECISION,)),
    search=Search(
        kinds=(
            SearchKind(
                name="stop",
                resource="stops",
                model=Stop,
                says=_says,
                read_by=seen(Stop),
                related=("drafter", "handler"),
                page="stop",
                subject="pk",
                agencies=("sender", "customs"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "district", "exporter_code", "goods", "weight_kg", "seen_at", "answered_at", "officer", "answer"),
            *("hold", "created_at", "updated_at"),
        ),
        detail=("ground", "fact", "text", "reason", "campaign"),
        shape=StopShape,
    ),
    addition=Addition(
        words=_("Draft a stop or an inspection request"),
        help=_("Drafts it without a case. It is sent by its actions."),
        accepts=StopInput,
        add=_add,
        permission=STAFF,
        answers="detail",
    ),
    about_company=lambda visible, numbers, actor: visible.filter(exporter_code__in=numbers),
    changes=(
        BriefChange(
            key="new-stops",
            place=410,
            name=_("New"),
            definition=_("Stop notices and inspection requests sent."),
            at="sent_at",
            agencies=("sender_id", "customs_id"),
            shown="sender",
            words=lambda stop: stop.title,
        ),
    ),
)
