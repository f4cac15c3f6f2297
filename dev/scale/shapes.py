"""The tables of seeded cases, with the columns that are written."""

from agencies.journal.models import StateInterval
from agencies.work.models import WorkItem
from cases.casefile.models import Case, Hold, Identifier, Item, Party, Shipment
from cases.clocks.models import Clock
from cases.intake.models import Lead, LeadMark, Revision
from cases.proceedings.models import Decision, Proceeding, Suspect
from cases.sharing.models import Share
from coordination.exchange.notes.models import Note
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder, ReminderItem
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.models import Fact, StoredMatter
from coordination.insight.search.models import Entry

from .loading import Shape

_ROW = ("id", "version", "created_at")
_STATE = (*_ROW, "state", "state_since", "updated_at")
CASE = Shape(
    *(Case, *_STATE, "number", "title", "title_en", "summary", "severity", "handling", "lead_id"),
    *("opened_at", "outcome"),
    *("due_at", "breach_at", "is_synthetic"),
)
TYPES = Shape(Case.violation_types.through, "case_id", "violationtype_id")
TECHNIQUES = Shape(Case.techniques.through, "case_id", "technique_id")
PARTY = Shape(Party, *_ROW, "case_id", "kind", "role", "name", "country_id")
IDENTIFIER = Shape(Identifier, "party_id", "scheme", "value", "key")
ITEM = Shape(
    *(Item, *_ROW, "case_id", "description", "declared_as", "hs_code", "basis", "conduct_on", "net_weight_kg", "value"),
    "currency",
)
SHIPMENT = Shape(Shipment, *_ROW, "case_id", "declaration_no", "port", "district_id", "route")
SHARE = Shape(Share, "case_id", "agency_id", "profile", "granted_at")
HOLD = Shape(Hold, "case_id", "verb", "because", "agency_id", "source", "placed_at")
LEAD = Shape(
    *(
        Lead,
        *_STATE,
        "agency_id",
        "source_agency_id",
        "source_system",
        "report_type",
        "source_ref",
        "title",
        "severity",
    ),
    *("handling", "received_at", "case_id", "officer_id", "due_at", "breach_at"),
)
REVISION = Shape(Revision, "lead_id", "number", "content", "digest", "received_at")
MARK = Shape(LeadMark, "lead_id", "scheme", "key")
PROCEEDING = Shape(
    *(Proceeding, *_STATE, "case_id", "agency_id", "kind", "external_number", "outcome", "opened_at", "due_at"),
    *("breach_at", "offence_id"),
)
DECISION = Shape(
    Decision, *_STATE, "proceeding_id", "party_id", "result", "decision_number", "fine_cny", "ground"
)  # fmt: skip
SUSPECT = Shape(Suspect, *_STATE, "proceeding_id", "party_id", "charge", "sentence_months", "verdict", "sentence")
REFERRAL = Shape(
    *(Referral, *_STATE, "case_id", "kind", "sender_id", "receiver_id", "holder_id", "number", "title", "report"),
    *("delivered_at", "signed_at", "answer", "proceeding_id", "offence_id", "due_at", "breach_at"),
)
CLOCK = Shape(
    *(
        Clock,
        *_STATE,
        "rule_id",
        "rule_kind",
        "case_id",
        "subject_kind",
        "subject_id",
        "agency_id",
        "holder_id",
        "private",
    ),
    "proceeding_id",
    *("started_at", "due_at", "breach_at", "warn_by", "stopped_at"),
)
TASK = Shape(Task, *_STATE, "case_id", "title", "asked_by_id", "agency_id", "assignee_id", "due_at", "result")
STAY = Shape(
    *(
        StateInterval,
        "object_kind",
        "object_id",
        "number",
        "state",
        "agency_id",
        "unit_id",
        "person_id",
        "entered_at",
        "left_at",
    ),
)
NOTE = Shape(Note, *_STATE, "case_id", "author_id", "agency_id", "audience", "text", "said_at")
LETTER = Shape(
    *(Reminder, *_STATE, "sender_id", "agency_id", "number", "sent_at", "due_at", "breach_at", "repeats"),
)
LETTER_ITEM = Shape(ReminderItem, "letter_id", "sender_id", "kind", "thing_id", "late_since")
ENTRY = Shape(Entry, "kind", "thing", "subject", "at", "words", "seq")
WORK = Shape(WorkItem, *(field.attname for field in WorkItem._meta.concrete_fields))
FACT = Shape(Fact, *(field.attname for field in Fact._meta.concrete_fields if not field.primary_key))
SEEN = Shape(StoredMatter, "matter", "seq", "restricted", "label_set_id")
SHAPES = (
    *(CASE, TYPES, TECHNIQUES, PARTY, IDENTIFIER, ITEM, SHIPMENT, SHARE, HOLD, LEAD, REVISION, MARK, PROCEEDING),
    *(DECISION, SUSPECT, REFERRAL, CLOCK, TASK, STAY, NOTE, LETTER, LETTER_ITEM, ENTRY),
)
