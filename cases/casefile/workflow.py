"""The workflow of cases. It also lists actions on a case whose functions are in higher resources (share, refer,
assign …).
"""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Need, Visibility, Workflow, transition
from cases.controls.countries import ROUTE_HELP

from . import choices, consent, rows
from .access import (
    bureau,
    contributor,
    convener,
    designator,
    filer,
    investigator,
    lead_chief,
    lead_staff,
    not_police,
    offered_chief,
    opener,
    procurator,
    subordinate,
    superior,
    system_only,
)
from .asking import asked_text
from .models import Case, CaseTechnique, Handling, Item, Party, Severity
from .source_news import to_be_asked
from .units import Unit

S = Case.State


def has_proceeding_below(case: Case, actor: Actor) -> UnmetCondition | None:
    """Only a proceeding of an agency below can be taken up."""
    if choices.proceedings_below(case, actor):
        return None
    return UnmetCondition("proceeding", gettext("No subordinate agency of yours has a proceeding on this case."))


def has_news_elsewhere(case: Case, actor: Actor) -> UnmetCondition | None:
    """A source of another agency sent something new, for which the lead agency has not asked."""
    if to_be_asked(case):
        return None
    return UnmetCondition(
        "news", gettext("No other agency holds an update of a source that your agency has not asked for.")
    )


def not_restricted(case: Case, actor: Actor) -> UnmetCondition | None:
    """A restricted case is not disclosed to others, not even without names."""
    if case.handling != Handling.H3:
        return None
    return UnmetCondition("handling", gettext("A restricted case is not published, not even without names."))


def rules_changed(case: Case, actor: Actor) -> UnmetCondition | None:
    """A determination is kept only if the rules about it changed."""
    if choices.items_with_changed_rules(case, actor):
        return None
    return UnmetCondition("changed_rules", gettext("The rules on the items of this case have not changed."))


def no_hold(verb: str) -> Need:
    """Returns a condition that names every hold in force on this verb with its agency. No query if the case was read
    with `is_held` and has none."""

    def need(case: Case, actor: Actor) -> UnmetCondition | None:
        if case.__dict__.get("is_held") is False:
            return None
        holds = case.holds.standing().filter(verb=verb).select_related("agency").order_by("placed_at")
        text = " ".join(dict.fromkeys(hold.reason_text for hold in holds))
        return UnmetCondition(f"hold:{verb}", text) if text else None

    return need


AGENCY = ActionField("agency", _("Agency"), kind="choice", choices=choices.other_agencies)
HOLDER = ActionField("agency", _("Agency"), kind="choice", choices=choices.agencies_with_news)
TITLE = ActionField("title", _("Title"), max_length=300)
TITLE_OF_NEW = ActionField("title", _("Title"), max_length=300, of_new=True)
PROFILE = ActionField(
    "profile",
    _("Extent of access"),
    kind="choice",
    choices=lambda case, actor: [("full", _("the whole case")), ("status", _("status only"))],
)
SHARE = (AGENCY, PROFILE, REASON, ActionField("until", _("Until"), kind="date", required=False))
UNSHARE = (ActionField("agency", _("Agency"), kind="choice", choices=choices.sharing_agencies), REASON)
CLASSIFY = (
    ActionField("title", _("Title"), max_length=300, stores=True),
    ActionField("summary", _("Summary"), kind="long", required=False, stores=True),
    ActionField("severity", _("Severity"), kind="choice", choices=lambda c, a: Severity.choices, stores=True),
    ActionField("handling", _("Handling code"), kind="choice", choices=choices.handling_codes, stores=True),
    NOTE,
)
TYPES = (ActionField("violation_types", _("Violation types"), kind="choices", choices=choices.violation_types), REASON)
TECHNIQUES = (
    ActionField("techniques", _("Techniques"), kind="choices", choices=choices.techniques, of_new=True),
    ActionField("standing", _("Finding"), kind="choice", choices=lambda c, a: CaseTechnique.Standing.choices),
    ActionField("source", _("Source of the finding"), kind="long", help=_("Paper, report or evidence, by number.")),
    REASON,
)
MARK = (
    ActionField("number", _("Number of the paper"), max_length=80, of_new=True),
    ActionField("designation_reason", _("Reason"), kind="long", of_new=True),
)
IDENTIFIER = (
    ActionField("scheme", _("Identifier scheme"), max_length=20),
    ActionField("value", _("Identifier"), max_length=120),
)
NEW_PARTY = (
    ActionField("name", _("Name"), max_length=300),
    ActionField("kind", _("Kind"), kind="choice", choices=lambda c, a: Party.Kind.choices),
    ActionField("role", _("Role"), required=False, max_length=60),
    ActionField("country", _("Country or region"), kind="choice", required=False, choices=choices.countries),
    ActionField("address", _("Address"), required=False, max_length=300),
)
PARTY = (
    *NEW_PARTY,
    ActionField("scheme", _("Identifier scheme"), required=False, max_length=20),
    ActionField("value", _("Identifier"), required=False, max_length=120),
)
NOT_GOODS = _("Of technology, software or a service.")
ITEM = (
    ActionField("description", _("Description"), max_length=500),
    ActionField("nature", _("Nature"), kind="choice", choices=lambda c, a: Item.Nature.choices),
    ActionField("basis", _("Control basis"), kind="choice", choices=lambda c, a: Item.Basis.choices),
    ActionField("declared_as", _("Declared as"), required=False, max_length=500),
    ActionField("hs_code", _("HS code"), required=False, max_length=20),
    ActionField("control_code", _("Control code"), required=False, max_length=40, suggests=choices.control_codes),
    ActionField("conduct_on", _("Date of the conduct"), kind="date", required=False),
    ActionField("net_weight_kg", _("Net weight (kg)"), kind="decimal", required=False),
    ActionField("value", _("Value"), kind="decimal", required=False),
    ActionField("currency", _("Currency"), required=False, max_length=3),
    ActionField("recipient", _("Recipient"), required=False, max_length=300, help=NOT_GOODS),
    ActionField("channel", _("Channel"), required=False, help=NOT_GOODS),
)
IDENTIFY = (
    ActionField("item", _("Item"), kind="choice", choices=choices.items),
    ActionField("basis", _("Control basis"), kind="choice", choices=lambda c, a: Item.Basis.choices),
    ActionField("control_code", _("Control code"), required=False, max_length=40, suggests=choices.control_codes),
    ActionField("conduct_on", _("Date of the conduct"), kind="date", required=False),
    ActionField("conduct_until", _("Last day of the conduct"), kind="date", required=False),
    ActionField(
        "evidence", _("Evidence"), required=False, max_length=300, help=_("Paper, report or analysis, by number.")
    ),
    REASON,
)
SHIPMENT = (
    ActionField("declaration_no", _("Declaration number"), required=False, max_length=40),
    ActionField("port", _("Port"), required=False),
    ActionField("district", _("Customs district"), kind="choice", required=False, choices=choices.districts),
    ActionField("route", _("Route"), required=False, help=ROUTE_HELP, suggests=choices.countries_by_name, several=True),
)
NAMED_PARTY = ActionField("party", _("Party"), kind="choice", choices=choices.parties)
NAMED_ITEM = ActionField("item", _("Item"), kind="choice", choices=choices.items)
CHANGED_ITEM = ActionField("item", _("Item"), kind="choice", choices=choices.items_with_changed_rules)
NAMED_SHIPMENT = ActionField("shipment", _("Shipment"), kind="choice", choices=choices.shipments)
NAMED_IDENTIFIER = ActionField("identifier", _("Identifier"), kind="choice", choices=choices.identifiers)
REMOVED_LABELS = {
    "restore_party": _("Removed party"),
    "restore_item": _("Removed item"),
    "restore_shipment": _("Removed shipment"),
}
NAMED_REMOVED = {
    verb: ActionField(kind.name, REMOVED_LABELS[verb], kind="choice", choices=choices.removed(kind))
    for verb, kind in rows.REMOVED.items()
}
NAMED_REMOVED_IDENTIFIER = ActionField(
    "removed_identifier", _("Removed identifier"), kind="choice", choices=choices.identifiers_removed
)
CHANGE_PARTY = (NAMED_PARTY, *rows.correctable(NEW_PARTY, "name", "kind"), REASON)
CHANGE_ITEM = (NAMED_ITEM, *rows.correctable(ITEM, "description", "nature", "basis"), REASON)
CHANGE_SHIPMENT = (NAMED_SHIPMENT, *rows.correctable(SHIPMENT), REASON)
ACT = (
    ActionField("title", _("Conduct"), max_length=300, of_new=True),
    ActionField(
        "parties", _("Parties"), kind="choices", required=False, choices=choices.parties, help=_("Empty: all of them.")
    ),
    ActionField(
        "items", _("Items"), kind="choices", required=False, choices=choices.items, help=_("Empty: all of them.")
    ),
    ActionField("conduct_from", _("From"), kind="date", required=False),
    ActionField(
        "conduct_until",
        _("Until"),
        kind="date",
        required=False,
        help=_("The last day of the act; limitation runs from it."),
    ),
)
CHANGE_ACT = (
    ActionField("act", _("Act"), kind="choice", choices=choices.acts),
    ActionField("title", _("Conduct"), max_length=300, of_new=True, required=False),
    *(
        ActionField(field.name, field.label, kind="choices", required=False, choices=field.choices, of_new=True)
        for field in ACT[1:3]
    ),
    *ACT[3:],
    REASON,
)
PAPER = (
    ActionField(
        "agency",
        pgettext_lazy("letter", "From"),
        kind="choice",
        choices=choices.any_agency,
        help=_("The agency that issued the paper."),
    ),
    ActionField("number", _("Number of the paper"), max_length=80, of_new=True),
    ActionField("dated", _("Date on the paper"), kind="date"),
    ActionField("title", _("Title"), max_length=300, of_new=True),
    ActionField(
        "laboratory",
        _("Laboratory or expert"),
        required=False,
        max_length=200,
        help=_("Of a test report or expert opinion: a transfer to the police proves the qualification."),
    ),
    ActionField("accreditation", _("Accreditation: number and scope"), required=False, max_length=200),
    ActionField("file", _("Scan"), kind="file", help=_("PDF, PNG or JPEG.")),
    ActionField("shared", _("Share it with the agencies that read the case"), kind="bool", required=False),
)
OPEN_PROCEEDING = (ActionField("kind", _("Kind of proceeding"), kind="choice", choices=choices.proceeding_kinds), NOTE)
FILE_CRIMINAL = (
    ActionField(
        "offence",
        _("Suspected offence"),
        kind="choice",
        required=False,
        choices=choices.offences,
        help=_("Leave empty only if a case recorded later from papers does not give it."),
    ),
    ActionField("external_number", _("Number of the criminal case"), required=False, max_length=80),
    REASON,
)
TASK_DAYS = 5  # working days, until which a task is due if the form is not changed
TASK = (
    ActionField(
        "agency", _("Agency or unit"), kind="choice", choices=choices.agencies_on_case, initial=choices.likely_doer
    ),
    ActionField("title", _("What is to be done"), max_length=200, of_new=True, suggests=choices.usual_steps),
    ActionField("body", _("Details"), kind="long", required=False),
    ActionField(
        "due_at",
        _("Due"),
        kind="datetime",
        required=False,
        of_new=True,
        initial=lambda thing, actor: choices.in_workdays(TASK_DAYS),
    ),
    ActionField("depends_on", _("Only after these tasks"), kind="choices", required=False, choices=choices.open_tasks),
    ActionField(
        "optional",
        _("This step is optional"),
        kind="bool",
        required=False,
        help=_("The case can then be closed without it."),
    ),
)
WRITE_NOTE = (
    ActionField(
        "text",
        _("Case note"),
        kind="long",
        help=_("Type @ and a name, its pinyin or its initials to notify a person, agency or unit."),
    ),
    ActionField("audience", _("Visibility"), kind="choice", choices=choices.note_audiences),
    ActionField("about", _("Subject of the note"), kind="choice", required=False, choices=choices.note_subjects),
)
FILE = ActionField("file", _("File"), kind="file", help=_("PDF, PNG, JPEG, Word, Excel or plain text."))
ABOUT_FILE = (
    ActionField(
        *("title", _("Name of the file")),
        required=False,
        max_length=200,
        of_new=True,
        help=_("Empty: as it is called now."),
    ),
    ActionField("note", _("What it shows"), kind="long", required=False),
)
ATTACH_FILE = (
    FILE,
    ActionField("audience", _("Visibility"), kind="choice", choices=choices.file_audiences),
    ActionField("about", _("Belongs to"), kind="choice", required=False, choices=choices.file_subjects),
    *ABOUT_FILE,
)
RECEIVER = ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.other_agencies)
REQUEST = (RECEIVER, TITLE, ActionField("report", _("Request and reasons"), kind="long"))
TEXT = ActionField("report", _("Text of the letter"), kind="long")
ALSO_TO = ActionField("also_to", _("Also to"), kind="choices", required=False, choices=choices.agencies_with_people)
NOTICE = (RECEIVER, ALSO_TO, TITLE, TEXT)
COPY = (
    ActionField("receiver", _("Copy to"), kind="choice", choices=choices.supervised_agencies),
    ActionField("also_to", _("Also to"), kind="choices", required=False, choices=choices.supervised_with_people),
    TITLE,
    TEXT,
)
ECO_LEAD = (
    ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.police_agencies),
    *REQUEST[1:],
)
PARTIES = ActionField(
    "parties",
    _("Parties concerned"),
    kind="choices",
    required=False,
    choices=choices.parties,
    help=_("Empty: all of them."),
    of_new=True,
)
IDENTITY = (
    ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.investigating_agencies),
    PARTIES,
    *REQUEST[1:],
)
ALL = _("Empty: all of them.")
FILES = ActionField("enclosures", _("List of files"), kind="long", required=False)
MATTER = (
    ActionField("receiver", _("Competent agency"), kind="choice", choices=choices.administrative_agencies),
    ActionField(
        "origin", _("From which proceeding"), kind="choice", required=False, choices=choices.own_administrative
    ),
    PARTIES,
    TITLE,
    ActionField("report", _("Facts, and why the other agency is competent"), kind="long"),
    FILES,
)
RETURN = (
    ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.administrative_agencies),
    ActionField("origin", _("Criminal proceeding"), kind="choice", required=False, choices=choices.own_criminal),
    PARTIES,
    ActionField("ground", _("Reason for the return"), kind="choice", choices=choices.return_grounds),
    TITLE,
    ActionField("report", _("Facts, and why there is no crime or no prosecution"), kind="long"),
    FILES,
)
OPINION = (
    ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.administrative_agencies),
    ActionField("origin", _("Criminal proceeding"), kind="choice", required=False, choices=choices.case_criminal),
    PARTIES,
    TITLE,
    ActionField("report", _("Opinion: proposed administrative measure and reasons"), kind="long"),
    FILES,
)
DEMAND = (
    ActionField("receiver", _("Receiving agency"), kind="choice", choices=choices.administrative_agencies),
    PARTIES,
    TITLE,
    ActionField("report", _("Facts, suspected offence, and why it must be transferred"), kind="long"),
    FILES,
)
RECORDED_RETURN = (
    ActionField("paper", _("Paper of the other agency"), kind="choice", choices=choices.papers_of_absent_investigators),
    ActionField(
        "asks",
        _("What an opinion of the procuratorate asks"),
        kind="choice",
        required=False,
        choices=choices.opinion_asks,
        help=_("Only for the paper of a procuratorate. Empty: an administrative measure."),
    ),
    PARTIES,
    ActionField("report", _("Content of the paper"), kind="long"),
    FILES,
)
CONVERSION = (
    ActionField("ground", _("Converted to"), kind="choice", choices=choices.conversion_sides),
    ActionField("origin", _("Proceeding to convert"), kind="choice", choices=choices.own_proceedings),
    PARTIES,
    ActionField(
        "offence",
        _("Suspected offence"),
        kind="choice",
        required=False,
        choices=choices.offences,
        help=_("Required for a criminal case."),
    ),
    TITLE,
    ActionField("report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False),
    ActionField("team", _("Team (at least two officers)"), kind="choices", required=False, choices=choices.colleagues),
)
TRANSFER = (
    ActionField(
        "offence",
        _("Suspected offence"),
        kind="choice",
        choices=choices.routed_offences,
        initial=choices.likely_offence,
    ),
    ActionField(
        "receiver",
        _("Receiving agency"),
        kind="choice",
        required=False,
        choices=choices.other_agencies,
        help=_("Leave empty for the agency responsible for the offence."),
    ),
    ActionField(
        "overruled_because",
        _("Reason for choosing another agency"),
        kind="long",
        required=False,
        help=_("Only if you chose a receiving agency yourself."),
    ),
    ActionField(
        "parties", _("Parties"), kind="choices", required=False, choices=choices.parties, of_new=True, help=ALL
    ),
    ActionField("acts", _("Acts"), kind="choices", required=False, choices=choices.acts, of_new=True, help=ALL),
    TITLE,
    ActionField("report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False),
    ActionField("enclosures", _("List of evidence"), kind="long", required=False),
    ActionField(
        "team",
        _("Team (at least two officers)"),
        kind="choices",
        required=False,
        choices=choices.colleagues,
        initial=choices.own_team,
    ),
)
GOODS = (
    ActionField("item", _("Item"), kind="choice", required=False, choices=choices.items),
    ActionField("description", _("Description"), max_length=500),
    ActionField("quantity", _("Quantity"), kind="decimal"),
    ActionField("unit", _("Unit"), kind="choice", choices=lambda c, a: Unit.choices),
    ActionField("net_weight_kg", _("Net weight (kg)"), kind="decimal", required=False),
    ActionField("location", _("Location")),
    ActionField("storage", _("Outside storage"), required=False, help=_("The keeper, if not the agency itself.")),
    ActionField("seal", _("Seal number"), required=False, max_length=60),
    ActionField("paper", _("Number of the paper")),
    NOTE,
)
CONFIDENTIAL = (
    ActionField(
        "addressee", _("Receiving agency of the letter"), help=_("The supervisory agency or the procuratorate.")
    ),
    ActionField("official", _("The official: name, agency, post"), max_length=300),
    ActionField("facts", _("Facts and indications of evidence"), kind="long"),
    ActionField("team", _("Colleagues who work on it"), kind="choices", required=False, choices=choices.colleagues),
)
BELOW = ActionField("receiver", _("Subordinate agency"), kind="choice", choices=choices.agencies_below)
SHARES = ActionField(
    "shares",
    _("Share with the letter"),
    kind="choice",
    required=False,
    choices=choices.shares_of_lead,
    help=_("Empty: the letter only. Only the lead agency can share the case with it."),
)
LETTER_TEXT = ActionField(
    "text", _("Text of the letter"), kind="long", help=_("Agencies that do not share the case can read only this.")
)
DUE = ActionField("due_at", _("Answer due"), kind="datetime", required=False)
ORIGIN = ActionField(
    "origin", _("Proceeding concerned"), kind="choice", required=False, choices=choices.proceedings_below
)
ANSWERS = ActionField("parent", _("Reply to the request"), kind="choice", required=False, choices=choices.requests_up)
ASSIGN_DOWN = (BELOW, TITLE_OF_NEW, LETTER_TEXT, DUE, SHARES)
INSTRUCT = (
    BELOW,
    ORIGIN,
    ANSWERS,
    TITLE_OF_NEW,
    LETTER_TEXT,
    ActionField("due_at", _("Answer due"), kind="datetime"),
    SHARES,
)
DESIGNATE = (BELOW, ORIGIN, ANSWERS, TITLE_OF_NEW, ActionField("text", _("Decision and its grounds"), kind="long"), DUE)
TAKE_UP = (
    ActionField("origin", _("Proceeding to take over"), kind="choice", choices=choices.proceedings_below),
    *(ANSWERS, TITLE_OF_NEW, ActionField("text", _("Decision and its grounds"), kind="long"), DUE),
)
ASK_UP = (
    ActionField("receiver", _("Superior agency"), kind="choice", choices=choices.agencies_above),
    *(TITLE_OF_NEW, ActionField("text", _("Request and reasons"), kind="long"), DUE, SHARES),
)
RECORD_INSTRUCTION = (
    ActionField("paper", _("Paper of the other agency"), kind="choice", choices=choices.papers_of_absent_superiors),
    ActionField("kind", _("Kind"), kind="choice", choices=choices.kinds_from_above),
    *(TITLE_OF_NEW, ActionField("text", _("Content of the paper"), kind="long"), DUE),
)
ASK_OPINIONS = (
    ActionField(
        "agencies", pgettext_lazy("opinion", "Agencies to ask"), kind="choices", choices=choices.agencies_to_consult
    ),
    ActionField("title", _("Question in one line"), max_length=300, of_new=True),
    ActionField("text", _("Question: what is proposed, and on which facts"), kind="long"),
    ActionField(
        "about",
        _("Subject of the note"),
        kind="choice",
        required=False,
        choices=choices.own_subjects,
        help=_("Empty: the case."),
    ),
    ActionField("due_at", _("Opinion due"), kind="datetime", required=False, of_new=True),
)
CALL_CONFERENCE = (
    ActionField("title", pgettext_lazy("conference", "Subject"), max_length=300, of_new=True),
    ActionField(
        "agenda",
        _("Agenda"),
        kind="long",
        help=_("Participating agencies that do not share the case can read only this."),
    ),
    ActionField("starts_at", _("When"), kind="datetime", of_new=True),
    ActionField("place", pgettext_lazy("conference", "Where"), max_length=200, required=False, of_new=True),
    ActionField("phone", _("Telephone or conference line"), max_length=80, required=False, of_new=True),
    ActionField("desks", _("Agencies and units"), kind="choices", choices=choices.desks_to_invite),
    ActionField("people", _("Persons"), kind="choices", required=False, choices=choices.people_to_invite),
)
OUTCOME = ActionField("outcome", _("Outcome"), kind="long", stores=True)
GROUND = ActionField(
    "no_crime_ground",
    _("Ground for no criminal proceeding"),
    kind="choice",
    required=False,
    choices=lambda c, a: Case.NoCrime.choices,
    stores=True,
    help=_(
        "Required, with a reason, if the amount reaches the criminal threshold or is unknown and there is neither a"
        " proceeding nor a transfer."
    ),
)


def of_row(kind: rows.RowKind, *, filled: bool = False) -> dict[str, Any]:
    """What every action that puts a row right has in common."""
    fills = {"fills": rows.filled_from(kind)} if filled else {}
    return {"of_row": kind.name, "second": rows.second_person_for(kind), **fills}


OF_IDENTIFIER: dict[str, Any] = {"of_row": "identifier", "second": rows.SECOND_OF_IDENTIFIER}
LIVE = (S.OPENED, S.HANDLING, S.CONCLUDED)
WORKED = (S.OPENED, S.HANDLING)

# fmt: off
TRANSITIONS = {
    # verb               from                        to            by                fields / conditions
    "classify":     transition(*LIVE,                  to=None,          by=lead_staff,    fields=CLASSIFY, visibility=Visibility.STATUS, second=consent.TO_LOWER),
    "raise_handling": transition(*LIVE,                to=None,          by=system_only,   fields=(CLASSIFY[3], REASON), visibility=Visibility.STATUS, system=True),
    "add_party":    transition(*LIVE,                  to=None,          by=contributor,   fields=PARTY),
    "add_item":     transition(*LIVE,                  to=None,          by=contributor,   fields=ITEM),
    "change_party": transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_PARTY, **of_row(rows.PARTY, filled=True)),
    "remove_party": transition(*LIVE,                  to=None,          by=contributor,   fields=(NAMED_PARTY, REASON), **of_row(rows.PARTY)),
    "add_identifier":    transition(*LIVE,             to=None,          by=contributor,   fields=(NAMED_PARTY, *IDENTIFIER, REASON), **of_row(rows.PARTY)),
    "remove_identifier": transition(*LIVE,             to=None,          by=contributor,   fields=(NAMED_IDENTIFIER, REASON), **OF_IDENTIFIER),
    "change_item":  transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_ITEM, **of_row(rows.ITEM, filled=True)),
    "remove_item":  transition(*LIVE,                  to=None,          by=contributor,   fields=(NAMED_ITEM, REASON), **of_row(rows.ITEM)),
    "change_shipment": transition(*LIVE,               to=None,          by=contributor,   fields=CHANGE_SHIPMENT, **of_row(rows.SHIPMENT, filled=True)),
    "remove_shipment": transition(*LIVE,               to=None,          by=contributor,   fields=(NAMED_SHIPMENT, REASON), **of_row(rows.SHIPMENT)),
    **{verb: transition(*LIVE, to=None, by=contributor, fields=(field, REASON), **of_row(rows.REMOVED[verb])) for verb, field in NAMED_REMOVED.items()},
    "restore_identifier": transition(*LIVE,            to=None,          by=contributor,   fields=(NAMED_REMOVED_IDENTIFIER, REASON), **OF_IDENTIFIER | {"of_row": "removed_identifier"}),
    "set_violation_types": transition(*LIVE,           to=None,          by=lead_staff,    fields=TYPES),
    "set_techniques":      transition(*LIVE,           to=None,          by=contributor,   fields=TECHNIQUES),
    "identify_item":transition(*LIVE,                  to=None,          by=contributor,   fields=IDENTIFY, second=rows.SECOND_OF_FINDING),
    "keep_basis":   transition(*LIVE,                  to=None,          by=contributor,   fields=(CHANGED_ITEM, REASON), needs=(rules_changed,)),
    "ask_news":     transition(*LIVE,                  to=None,          by=lead_staff,    fields=(HOLDER, NOTE), visibility=Visibility.PAIR, needs=(has_news_elsewhere,)),
    "add_shipment": transition(*LIVE,                  to=None,          by=contributor,   fields=SHIPMENT),
    "add_act":      transition(*LIVE,                  to=None,          by=contributor,   fields=ACT),
    "change_act":   transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_ACT, second=rows.second_person_for(rows.ACT)),
    "add_paper":    transition(*LIVE,                  to=None,          by=contributor,   fields=PAPER),
    "take_goods":   transition(*LIVE,                  to=None,          by=contributor,   fields=GOODS),
    "share":        transition(*LIVE,                  to=None,          by=lead_staff,    fields=SHARE, second=consent.TO_SHARE),
    "unshare":      transition(*LIVE,                  to=None,          by=lead_staff,    fields=UNSHARE),
    "offer_lead":   transition(*LIVE,                  to=None,          by=lead_chief,    fields=(UNSHARE[0], REASON)),
    "accept_lead":  transition(*LIVE,                  to=None,          by=offered_chief, fields=(NOTE,)),
    "decline_lead": transition(*LIVE,                  to=None,          by=offered_chief, fields=(REASON,)),
    "open_proceeding":    transition(*LIVE,            to=None,          by=opener,        fields=OPEN_PROCEEDING),
    "file_criminal":      transition(*LIVE,            to=None,          by=filer,         fields=FILE_CRIMINAL),
    "ask_task":           transition(*LIVE,            to=None,          by=contributor,   fields=TASK),
    "mark_major":         transition(*LIVE,            to=None,          by=designator,    fields=MARK, starts=("INT_MAJOR_WEEK", "INT_MAJOR_END")),  # about the mark
    "write_note":         transition(*S.values,        to=None,          by=contributor,   fields=WRITE_NOTE, visibility=Visibility.OWN, fills=asked_text),
    "attach_file":        transition(*S.values,        to=None,          by=contributor,   fields=ATTACH_FILE, visibility=Visibility.OWN),
    "draft_transfer":     transition(*LIVE,            to=None,          by=contributor,   fields=TRANSFER, then="submit"),
    "request_assistance": transition(*LIVE,            to=None,          by=contributor,   fields=REQUEST),
    "transfer_lead":      transition(*LIVE,            to=None,          by=contributor,   fields=REQUEST),
    "give_notice":        transition(*LIVE,            to=None,          by=contributor,   fields=NOTICE),
    "send_copy":          transition(*LIVE,            to=None,          by=contributor,   fields=COPY),
    "transfer_eco_lead":  transition(*LIVE,            to=None,          by=not_police,    fields=ECO_LEAD),
    "enquire_identity":   transition(*LIVE,            to=None,          by=investigator,  fields=IDENTITY),
    "transfer_matter":    transition(*LIVE,            to=None,          by=contributor,   fields=MATTER),
    "return_matter":      transition(*LIVE,            to=None,          by=investigator,  fields=RETURN,  starts=("REV_TRANSFER", "INT_REVERSE")),  # about the draft
    "give_opinion":       transition(*LIVE,            to=None,          by=procurator,    fields=OPINION),
    "demand_transfer":    transition(*LIVE,            to=None,          by=procurator,    fields=DEMAND),
    "record_return":      transition(*LIVE,            to=None,          by=opener,        fields=RECORDED_RETURN),
    "convert":            transition(*LIVE,            to=None,          by=bureau,        fields=CONVERSION),
    "draft_confidential_letter":        transition(*LIVE, S.CLOSED,  to=None,          by=contributor,   fields=CONFIDENTIAL),  # leaves nothing on the case
    "draft_typical_case": transition(S.CONCLUDED, S.CLOSED, to=None,          by=contributor,   needs=(not_restricted,), visibility=Visibility.OWN),
    "assign_down":        transition(*LIVE,            to=None,          by=superior,      fields=ASSIGN_DOWN),
    "instruct":           transition(*LIVE,            to=None,          by=superior,      fields=INSTRUCT),
    "designate":          transition(*LIVE,            to=None,          by=superior,      fields=DESIGNATE),
    "take_up":            transition(*LIVE,            to=None,          by=superior,      fields=TAKE_UP, needs=(has_proceeding_below,)),
    "ask_up":             transition(*LIVE,            to=None,          by=subordinate,   fields=ASK_UP),
    "record_instruction":   transition(*LIVE,            to=None,          by=subordinate,   fields=RECORD_INSTRUCTION),
    "ask_opinions":       transition(*LIVE,            to=None,          by=convener,      fields=ASK_OPINIONS),
    "call_conference":    transition(*LIVE,            to=None,          by=convener,      fields=CALL_CONFERENCE),
    "handle":       transition(*WORKED, S.CONCLUDED,   to=S.HANDLING,    by=system_only,   system=True),
    "conclude":     transition(*WORKED,                to=S.CONCLUDED,   by=lead_staff,    fields=(OUTCOME, GROUND, NOTE), needs=(no_hold("conclude"),)),
    "close":        transition(S.CONCLUDED,            to=S.CLOSED,      by=lead_chief,    fields=(REASON,),  needs=(no_hold("conclude"), no_hold("close"))),
    "void":         transition(S.OPENED,               to=S.CLOSED,      by=system_only,   fields=(REASON,), system=True),
    "reopen":       transition(S.CONCLUDED, S.CLOSED,  to=S.OPENED,      by=lead_chief,    fields=(REASON,)),
}
# fmt: on

LABELS = {
    "open": Labels(_("Open"), _("opened the case")),
    "contribute": Labels(_("Contribute"), _("added the facts of a lead")),
    "withdraw_contribution": Labels(_("Withdraw"), _("withdrew the facts that a lead had added")),
    "classify": Labels(_("Edit title and classification"), _("edited title and classification")),
    "add_party": Labels(_("Add a party"), _("added a party")),
    "add_item": Labels(_("Add an item"), _("added an item")),
    "raise_handling": Labels(_("Raise the handling code"), _("the handling code was raised to that of a lead")),
    "change_party": Labels(_("Correct the party"), _("corrected a party")),
    "remove_party": Labels(_("Remove the party"), _("removed a party"), "danger"),
    "add_identifier": Labels(_("Add an identifier"), _("added an identifier of a party")),
    "remove_identifier": Labels(_("Remove the identifier"), _("removed an identifier of a party"), "danger"),
    "change_item": Labels(_("Correct the item"), _("corrected an item")),
    "remove_item": Labels(_("Remove the item"), _("removed an item"), "danger"),
    "change_shipment": Labels(_("Correct the shipment"), _("corrected a shipment")),
    "remove_shipment": Labels(_("Remove the shipment"), _("removed a shipment"), "danger"),
    "restore_party": Labels(_("Bring back the party"), _("brought back a removed party")),
    "restore_item": Labels(_("Bring back the item"), _("brought back a removed item")),
    "restore_shipment": Labels(_("Bring back the shipment"), _("brought back a removed shipment")),
    "restore_identifier": Labels(_("Bring back the identifier"), _("brought back a removed identifier")),
    "set_violation_types": Labels(_("Set the violation types"), _("set the violation types")),
    "set_techniques": Labels(_("Record techniques of evasion"), _("recorded techniques of evasion")),
    "identify_item": Labels(_("Record the control basis of an item"), _("recorded the control basis of an item")),
    "keep_basis": Labels(
        _("Keep the control basis of an item"), _("kept the control basis of an item after the rules had changed")
    ),
    "ask_news": Labels(
        _("Ask for the update of a source"), _("asked an agency to adopt the update of its source"), "primary"
    ),
    "add_shipment": Labels(_("Add a shipment"), _("added a shipment")),
    "add_act": Labels(_("Record an act"), _("recorded an act")),
    "change_act": Labels(_("Change an act"), _("changed the recorded act")),
    "add_paper": Labels(_("Record an incoming paper"), _("recorded an incoming paper")),
    "take_goods": Labels(_("Take goods into custody"), _("took goods into custody")),
    "share": Labels(_("Share with an agency"), _("shared the case")),
    "unshare": Labels(_("End a share"), _("ended a share"), "danger"),
    "offer_lead": Labels(_("Offer the lead"), _("offered the lead")),
    "accept_lead": Labels(_("Take over the lead"), _("took over the lead"), "primary"),
    "decline_lead": Labels(_("Decline the lead"), _("declined the lead")),
    "open_proceeding": Labels(_("Open a proceeding"), _("opened a proceeding"), "primary"),
    "file_criminal": Labels(_("File a criminal case"), _("filed a criminal case from its own lead"), "primary"),
    "ask_task": Labels(_("Request a task"), _("requested a task")),
    "mark_major": Labels(_("Designate as major case"), _("designated the case as a major case")),
    "write_note": Labels(_("Write a note"), _("wrote a note")),
    "attach_file": Labels(_("Attach a file"), _("attached a file")),
    "draft_transfer": Labels(_("Draft a criminal transfer"), _("started the draft of a criminal transfer")),
    "request_assistance": Labels(_("Request assistance"), _("started a request for assistance")),
    "transfer_lead": Labels(_("Transfer a lead"), _("started the transfer of a lead")),
    "give_notice": Labels(_("Give notice"), _("started an information notice")),
    "send_copy": Labels(_("Send a copy of a letter"), _("started the copy of a letter")),
    "transfer_eco_lead": Labels(
        _("Send a lead to the economic-crime police"), _("started sending a lead to the police")
    ),
    "enquire_identity": Labels(_("Request an identity check"), _("started an identity check request")),
    "transfer_matter": Labels(_("Transfer to the competent agency"), _("started a transfer to the competent agency")),
    "return_matter": Labels(_("Return for administrative handling"), _("started a return for administrative handling")),
    "give_opinion": Labels(_("Give a procuratorial opinion"), _("started a procuratorial opinion")),
    "demand_transfer": Labels(_("Demand the transfer of a suspected crime"), _("started a demand for transfer")),
    "record_return": Labels(_("Record a returned matter"), _("recorded a return for administrative handling")),
    "convert": Labels(_("Convert within the bureau"), _("started a conversion within the bureau")),
    "draft_confidential_letter": Labels(_("Draft confidential letter"), _("drafted a confidential letter")),
    "draft_typical_case": Labels(_("Draft a typical case"), _("drafted a typical case")),
    "assign_down": Labels(_("Assign to a subordinate agency"), _("started an assignment to a subordinate agency")),
    "instruct": Labels(_("Instruct with a deadline"), _("started an instruction with a deadline")),
    "designate": Labels(_("Designate the competent agency"), _("started a designation of jurisdiction")),
    "take_up": Labels(_("Take over a proceeding"), _("started the taking over of a proceeding")),
    "ask_up": Labels(_("Ask the superior agency"), _("started a request to the superior agency")),
    "record_instruction": Labels(
        _("Record a letter of the superior agency"), _("recorded a letter of the superior agency")
    ),
    "ask_opinions": Labels(_("Request opinions"), _("requested opinions from agencies")),
    "call_conference": Labels(_("Call a conference"), _("called a conference")),
    "handle": Labels(_("Start work"), _("work on the case started")),
    "conclude": Labels(_("Conclude the case"), _("concluded the case"), "primary"),
    "close": Labels(_("Close the case"), _("closed the case"), "primary"),
    "void": Labels(_("Close as opened in error"), _("the case was closed as opened in error")),
    "reopen": Labels(_("Reopen the case"), _("reopened the case"), "danger"),
}

CASE = Workflow("case", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED}))
