"""Proceedings, decisions, suspects and measures as resources."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import (
    ActionTable,
    Api,
    ArrivalRouting,
    BriefChange,
    Listing,
    Notices,
    Resource,
    Summary,
    by_verb,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.people.naming import handler_phrase
from cases.casefile.actions import stream_of

from . import actions, assessing, auditing, executing, measure_actions, persons, properties, punishing
from .deciding import DECISION as BY_THE_OFFICE
from .filters import ProceedingFilter
from .measures import DECISIONS, PROCEEDINGS, SUSPECTS
from .models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from .on_case import MeasuresOnCase, PartiesOnCase, ProceedingsOnCase, PropertyOnCase
from .open_items import OpenDecisions, OpenProceedings
from .page import decision_parts, proceeding_parts
from .reassigning import ProceedingReassignment
from .shapes import DecisionDetail, MeasureShape, PersonRow, ProceedingShape, PropertyShape, SuspectShape
from .starts import STARTS
from .suspect_list import INVESTIGATORS, SuspectList
from .work import CLOCK_WORK, DECISION_WORK, WALL_WORK, WORK
from .workflow import (
    ADMINISTRATIVE,
    CRIMINAL,
    CUSTODY,
    LIBERTY,
    measure_workflow_of,
    workflow_of,
)
from .workflow import DECISION as DECISION_TABLE
from .workflow import PROPERTY as PROPERTY_TABLE
from .workflow import SUSPECT as SUSPECT_TABLE

_ADMINISTRATIVE_ACTIONS = by_verb(
    *(actions.move_proceeding, ADMINISTRATIVE),
    add_line=actions.add_line,
    **punishing.PROCEEDING_ACTIONS,
    **properties.PROCEEDING_ACTIONS,
    **auditing.PROCEEDING_ACTIONS,
)
_CRIMINAL_ACTIONS = by_verb(
    *(persons.move_criminal, CRIMINAL),
    add_line=persons.add_suspect,
    start_period=actions.start_period,
    set_review=persons.set_review,
    **properties.PROCEEDING_ACTIONS,
)

OF_LINE = ByColumns(own={"proceeding__agency_id": ""}, wall="proceeding_id")
OF_MEASURE = ByColumns(own={"suspect__proceeding__agency_id": ""}, wall="suspect__proceeding_id")


def _actions(proceeding: Any) -> ActionTable:
    return _CRIMINAL_ACTIONS if proceeding.is_criminal else _ADMINISTRATIVE_ACTIONS


def _proceeding(proceeding: Proceeding) -> Iterable[Phrase]:
    yield Phrase(_("Case number of the agency"), proceeding.external_number, "number")
    yield handler_phrase(proceeding.handler, proceeding.agency_id)


class ProceedingList(Listing):
    filters = ProceedingFilter
    sorts = {"updated": "updated_at", "opened": "opened_at", "due": "due_order"}
    default = "-updated"
    related = ("case", "agency", "handler")


PROCEEDING = Resource(
    name="proceedings",
    kind="proceeding",
    model=Proceeding,
    page="proceeding",
    label=_("Proceeding"),
    plural=_("Proceedings"),
    looks={
        "VERIFY": ("info", "question-circle"),
        "WARN": ("review", "exclamation-triangle"),
        "REJECTED": ("stopped", "slash-circle"),
        "FILED_ADM": ("info", "journal-check"),
        "INVESTIGATE": ("progress", "search"),
        "NO_CASE": ("stopped", "slash-circle"),
        "HANDED_ON": ("stopped", "arrow-right"),
        "CRIMINAL_CASE": ("progress", "search"),
        "TRANSFER_PROS": ("review", "eye"),
        "SUPPLEMENTARY": ("progress", "arrow-return-left"),
    },
    measures=PROCEEDINGS,
    workflows=(ADMINISTRATIVE, CRIMINAL),
    choose_workflow=workflow_of,
    actions=_actions,
    related=("case", "agency"),
    adds={"cases": STARTS},
    contributes={"cases": actions.CASE_ACTIONS, "lots": properties.LOT_ACTIONS},
    listing=ProceedingList(),
    page_rows=lambda rows, actor: rows.select_related("offence"),
    page_parts=proceeding_parts,
    routed=ArrivalRouting(
        agency="agency",
        person="handler",
        at="created_at",
        open=lambda rows: rows.open(),
        related=("case",),
        stream=lambda proceeding: stream_of(proceeding.case_id),
        day=lambda proceeding: timezone.localdate(proceeding.created_at),
    ),
    work=(WORK, CLOCK_WORK, WALL_WORK),
    open_items=OpenProceedings(),
    on_case=ProceedingsOnCase(),
    # A proceeding without its own number is named by the case number.
    reassign=ProceedingReassignment(),
    bulk=("assign", "hand_over"),
    summary=Summary(
        title=Coalesce(NullIf(F("external_number"), Value("")), F("case__number")), sight=ByColumns(matter="case_id")
    ),
    changes=(
        BriefChange(
            key="filed",
            place=10,
            name=_("Filed"),
            definition=_("Criminal proceedings opened by filing."),
            at="opened_at",
            agencies=("agency_id",),
            shown="agency",
            words=lambda row: row.external_number or str(row),
            subject=_("Criminal proceedings"),
            cut=lambda rows: rows.filter(kind=Proceeding.Kind.CRIMINAL),
        ),
    ),
    notices=Notices(in_hand=("handler", "team")),
    search=Search(
        kinds=(
            SearchKind(
                name="proceeding",
                resource="proceedings",
                model=Proceeding,
                says=_proceeding,
                read_by=seen(Proceeding),
                agencies=("case__shares__agency",),
                page="proceeding",
                related=("handler",),
            ),
        ),
    ),
    api=Api(
        row=("case", "agency", "kind", "opened_at", "handler", "due_at", "breach_at", "updated_at"),
        detail=("measures", "inside"),
        shape=ProceedingShape,
    ),
)


def _decision(decision: Decision) -> Iterable[Phrase]:
    yield Phrase(_("Decision number"), decision.decision_number, "number")
    yield Phrase(_("Party"), decision.party.name, "name")


DECISION = Resource(
    name="decisions",
    kind="decision",
    model=Decision,
    page="decision",
    label=_("Decision on a party"),
    plural=_("Party decisions"),
    looks={
        "OPEN": ("progress", "search"),
        "ISSUED": ("progress", "file-earmark-text"),
        "PRENOTICE": ("wait", "envelope"),
        "HEARING": ("review", "people"),
        "SERVED": ("wait", "send-check"),
        "REMEDY": ("wait", "arrow-up"),
        "ENFORCE": ("progress", "bell"),
        "PERFORMED": ("good", "check-lg"),
    },
    measures=DECISIONS,
    workflows=(DECISION_TABLE,),
    actions=by_verb(
        *(actions.move_line, DECISION_TABLE),
        start_period=actions.start_period,
        **punishing.LINE_ACTIONS,
        **assessing.LINE_ACTIONS,
        **executing.LINE_ACTIONS,
    ),
    related=("proceeding__case", "party"),
    page_rows=lambda rows, actor: rows.select_related("proceeding__agency", "act", "reviewer"),
    page_parts=decision_parts,
    on_case=PartiesOnCase(),
    summary=Summary(title="party__name", on_case=True, sight=OF_LINE),
    changes=(
        BriefChange(
            key="decided",
            place=9,
            name=_("Decided"),
            definition=_("Decisions on a party: penalty, mitigated, or none."),
            at="decided_at",
            agencies=("proceeding__agency_id",),
            shown="proceeding__agency",
            words=lambda row: f"{row.party.name} {row.decision_number}".strip(),
            subject=_("Decisions"),
            related=("party",),
            matter="proceeding__case_id",
        ),
    ),
    decision=BY_THE_OFFICE,
    work=(DECISION_WORK,),
    open_items=OpenDecisions(),
    notices=Notices(in_hand=("proceeding__handler", "proceeding__team"), decides=(Decision.State.REVIEW,)),
    search=Search(
        kinds=(
            SearchKind(
                name="decision",
                resource="decisions",
                model=Decision,
                says=_decision,
                read_by=seen(Decision),
                agencies=("proceeding__agency", "proceeding__case__lead"),
                page="decision",
                subject="proceeding__case_id",
                related=("party", "proceeding"),
            ),
        ),
    ),
    api=Api(DecisionDetail),
)


SUSPECT = Resource(
    name="suspects",
    kind="suspect",
    model=Suspect,
    page="proceeding",
    page_of=lambda suspect: suspect.proceeding_id,
    label=_("Suspect"),
    plural=_("Suspects"),
    looks={
        "INVESTIGATED": ("progress", "search"),
        "ARREST_REVIEW": ("review", "eye"),
        "ARREST_APPROVED": ("info", "check-circle"),
        "ARREST_RECON": ("wait", "arrow-up"),
        "UNDER_REVIEW": ("review", "eye"),
        "SUPPLEMENT": ("progress", "arrow-return-left"),
        "NONPROS_RECON": ("wait", "arrow-up"),
        "MOVED": ("stopped", "arrow-right"),
    },
    measures=SUSPECTS,
    workflows=(SUSPECT_TABLE,),
    actions=by_verb(persons.move_suspect, SUSPECT_TABLE, start_period=actions.start_period),
    related=("proceeding__case", "party", "nationality"),
    listing=SuspectList(),
    navigation=NavigationPage(group=Group.MATTERS, place=23, label=_("Persons"), key="p", permission=INVESTIGATORS),
    on_case=PartiesOnCase(),
    summary=Summary(title="party__name", on_case=True, sight=OF_LINE),
    notices=Notices(in_hand=("proceeding__handler", "proceeding__team")),
    api=Api(PersonRow, SuspectShape),
)
MEASURE = Resource(
    name="measures",
    kind="measure",
    model=Measure,
    page="proceeding",
    page_of=lambda measure: measure.suspect.proceeding_id,
    label=_("Coercive measure"),
    plural=_("Coercive measures"),
    looks={
        "RUNNING": ("progress", "person-lock"),
        "OVER": ("wait", "exclamation-triangle"),
        "ENDED": ("neutral", "unlock"),
    },
    workflows=(CUSTODY, LIBERTY),
    choose_workflow=measure_workflow_of,
    actions=by_verb(measure_actions.move_measure, CUSTODY, LIBERTY),
    related=("suspect__proceeding__case", "suspect__party"),
    on_case=MeasuresOnCase(),
    summary=Summary(title="suspect__party__name", on_case=True, sight=OF_MEASURE),
    notices=Notices(in_hand=("suspect__proceeding__handler", "suspect__proceeding__team")),
    api=Api(MeasureShape),
)
PROPERTY = Resource(
    name="property-measures",
    kind="property",
    model=PropertyMeasure,
    page="proceeding",
    page_of=lambda measure: measure.proceeding_id,
    label=_("Measure on property"),
    plural=_("Measures on property"),
    looks={
        "IN_FORCE": ("progress", "lock"),
        "UNRELATED": ("wait", "arrow-return-left"),
        "HANDED_OVER": ("good", "arrow-left-right"),
        "SETTLED": ("good", "hammer"),
        "LAPSED": ("stopped", "hourglass-split"),
    },
    workflows=(PROPERTY_TABLE,),
    actions=by_verb(properties.move_property, PROPERTY_TABLE, **properties.PROPERTY_ACTIONS),
    related=("proceeding__case", "proceeding__agency"),
    on_case=PropertyOnCase(),
    summary=Summary(title="paper", on_case=True, sight=OF_LINE),
    notices=Notices(in_hand=("proceeding__handler", "proceeding__team")),
    api=Api(PropertyShape),
)
