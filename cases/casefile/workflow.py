"""The case's own table. Acts that belong to higher nouns (share, refer, ask …) stand here as lines, since they are
acts on the case; their functions live with their nouns."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Need, Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.controls.countries import ROUTE_HELP

from . import choices
from .access import (
    bureau,
    contributor,
    convener,
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
from .models import Case, Item, Party, Severity
from .units import Unit

S = Case.State


def has_proceeding_below(case: Case, actor: Actor) -> Missing | None:
    """Only what an organ below conducts can be taken up."""
    if choices.proceedings_below(case, actor):
        return None
    return Missing("proceeding", gettext("No organ below yours conducts a proceeding on this case."))


def no_hold(verb: str) -> Need:
    """Every standing hold on this verb is one unmet condition, named with its organ."""

    def need(case: Case, actor: Actor) -> Missing | None:
        holds = case.holds.standing().filter(verb=verb).select_related("organ").order_by("placed_at")
        told = " ".join(dict.fromkeys(hold.told for hold in holds))
        return Missing(f"hold:{verb}", told) if told else None

    return need


ORGAN = Ask("organ", _("Organ"), kind="choice", choices=choices.other_organs)
TITLE = Ask("title", _("Title"), max_length=300)
TITLE_OF_NEW = Ask("title", _("Title"), max_length=300, of_new=True)
PROFILE = Ask(
    "profile",
    _("How much"),
    kind="choice",
    choices=lambda case, actor: [("full", _("the whole case")), ("status", _("only where it stands"))],
)
SHARE = (ORGAN, PROFILE, REASON, Ask("until", _("Until"), kind="date", required=False))
UNSHARE = (Ask("organ", _("Organ"), kind="choice", choices=choices.sharing_organs), REASON)
CLASSIFY = (
    Ask("title", _("Title"), max_length=300, stores=True),
    Ask("summary", _("Summary"), kind="long", required=False, stores=True),
    Ask("severity", _("Severity"), kind="choice", choices=lambda c, a: Severity.choices, stores=True),
    Ask("handling", _("Handling code"), kind="choice", choices=choices.handling_codes, stores=True),
    Ask("violation_types", _("Violation types"), kind="choices", required=False, choices=choices.violation_types),
    NOTE,
)
PARTY = (
    Ask("name", _("Name"), max_length=300),
    Ask("kind", _("Kind"), kind="choice", choices=lambda c, a: Party.Kind.choices),
    Ask("role", _("Role"), required=False, max_length=60),
    Ask("country", _("Country or region"), kind="choice", required=False, choices=choices.countries),
    Ask("scheme", _("Identifier scheme"), required=False, max_length=20),
    Ask("value", _("Identifier"), required=False, max_length=120),
)
ITEM = (
    Ask("description", _("Description"), max_length=500),
    Ask("nature", _("Nature"), kind="choice", choices=lambda c, a: Item.Nature.choices),
    Ask("basis", _("Control basis"), kind="choice", choices=lambda c, a: Item.Basis.choices),
    Ask("declared_as", _("Declared as"), required=False, max_length=500),
    Ask("hs_code", _("HS code"), required=False, max_length=20),
    Ask("control_code", _("Control code"), required=False, max_length=40),
    Ask("conduct_on", _("Date of the conduct"), kind="date", required=False),
    Ask("net_weight_kg", _("Net weight (kg)"), kind="decimal", required=False),
    Ask("value", _("Value"), kind="decimal", required=False),
    Ask("currency", _("Currency"), required=False, max_length=3),
)
IDENTIFY = (
    Ask("item", _("Item"), kind="choice", choices=choices.items),
    Ask("basis", _("Control basis"), kind="choice", choices=lambda c, a: Item.Basis.choices),
    Ask("control_code", _("Control code"), required=False, max_length=40),
    Ask("conduct_on", _("Date of the conduct"), kind="date", required=False),
    REASON,
)
SHIPMENT = (
    Ask("declaration_no", _("Declaration number"), required=False, max_length=40),
    Ask("port", _("Port"), required=False),
    Ask("district", _("Customs district"), kind="choice", required=False, choices=choices.districts),
    Ask("route", _("Route"), required=False, help=ROUTE_HELP),
)
ACT = (
    Ask("title", _("What was done"), max_length=300, of_new=True),
    Ask("parties", _("Parties"), kind="choices", required=False, choices=choices.parties, help=_("None: all of them.")),
    Ask("items", _("Items"), kind="choices", required=False, choices=choices.items, help=_("None: all of them.")),
    Ask("conduct_from", _("From"), kind="date", required=False),
    Ask(
        "conduct_until",
        _("Until"),
        kind="date",
        required=False,
        help=_("The day the act ended; limitation runs from it."),
    ),
)
CHANGE_ACT = (
    Ask("act", _("Act"), kind="choice", choices=choices.acts),
    Ask("title", _("What was done"), max_length=300, of_new=True, required=False),
    *(Ask(ask.name, ask.label, kind="choices", required=False, choices=ask.choices, of_new=True) for ask in ACT[1:3]),
    *ACT[3:],
    REASON,
)
PAPER = (
    Ask(
        "organ",
        pgettext_lazy("letter", "From"),
        kind="choice",
        choices=choices.any_organ,
        help=_("The organ that issued the paper."),
    ),
    Ask("number", _("Number of the paper"), max_length=80, of_new=True),
    Ask("dated", _("Date on the paper"), kind="date"),
    Ask("title", _("Title"), max_length=300, of_new=True),
    Ask("file", _("Scan"), kind="file", help=_("PDF, PNG or JPEG.")),
    Ask("shared", _("Share it with the organs that read the case"), kind="bool", required=False),
)
OPEN_PROCEEDING = (Ask("kind", _("Kind of proceeding"), kind="choice", choices=choices.proceeding_kinds), NOTE)
FILE_CRIMINAL = (
    Ask(
        "offence",
        _("Suspected offence"),
        kind="choice",
        required=False,
        choices=choices.offences,
        help=_("Leave empty only when a case recorded later from papers does not name it."),
    ),
    Ask("external_number", _("Number of the criminal case"), required=False, max_length=80),
    REASON,
)
TASK = (
    Ask("organ", _("Organ or unit"), kind="choice", choices=choices.organs_on_case),
    Ask("title", _("What is to be done"), max_length=200, of_new=True),
    Ask("body", _("Details"), kind="long", required=False),
    Ask("due_at", _("Due"), kind="datetime", required=False, of_new=True),
    Ask("depends_on", _("Only once these are done"), kind="choices", required=False, choices=choices.open_tasks),
    Ask(
        "optional",
        _("It may be left undone"),
        kind="bool",
        required=False,
        help=_("Then the case can be closed without it."),
    ),
)
WRITE_NOTE = (
    Ask("text", _("Case note"), kind="long", help=_("@ and a sign-in name or the code of a unit tells them.")),
    Ask("audience", _("Who may read it"), kind="choice", choices=choices.note_audiences),
    Ask("about", _("About what"), kind="choice", required=False, choices=choices.note_subjects),
)
RECEIVER = Ask("receiver", _("Receiving organ"), kind="choice", choices=choices.other_organs)
REQUEST = (RECEIVER, TITLE, Ask("report", _("What is asked, and why"), kind="long"))
TEXT = Ask("report", _("Text of the letter"), kind="long")
ALSO_TO = Ask("also_to", _("Also to"), kind="choices", required=False, choices=choices.organs_with_people)
NOTICE = (RECEIVER, ALSO_TO, TITLE, TEXT)
COPY = (
    Ask("receiver", _("Copy to"), kind="choice", choices=choices.supervised_organs),
    Ask("also_to", _("Also to"), kind="choices", required=False, choices=choices.supervised_with_people),
    TITLE,
    TEXT,
)
ECO_LEAD = (Ask("receiver", _("Receiving organ"), kind="choice", choices=choices.police_organs), *REQUEST[1:])
PARTIES = Ask(
    "parties",
    _("About whom"),
    kind="choices",
    required=False,
    choices=choices.parties,
    help=_("None: all of them."),
    of_new=True,
)
IDENTITY = (
    Ask("receiver", _("Receiving organ"), kind="choice", choices=choices.investigating_organs),
    PARTIES,
    *REQUEST[1:],
)
ALL = _("None: all of them.")
FILES = Ask("enclosures", _("List of files"), kind="long", required=False)
MATTER = (
    Ask("receiver", _("Competent organ"), kind="choice", choices=choices.administrative_organs),
    Ask("origin", _("Out of which proceeding"), kind="choice", required=False, choices=choices.own_administrative),
    PARTIES,
    TITLE,
    Ask("report", _("Facts, and why the other organ is competent"), kind="long"),
    FILES,
)
RETURN = (
    Ask("receiver", _("Receiving organ"), kind="choice", choices=choices.administrative_organs),
    Ask("origin", _("Criminal proceeding"), kind="choice", required=False, choices=choices.own_criminal),
    PARTIES,
    Ask("ground", _("Why it goes back"), kind="choice", choices=choices.return_grounds),
    TITLE,
    Ask("report", _("Facts, and why there is no crime or no prosecution"), kind="long"),
    FILES,
)
OPINION = (
    Ask("receiver", _("Receiving organ"), kind="choice", choices=choices.administrative_organs),
    Ask("origin", _("Criminal proceeding"), kind="choice", required=False, choices=choices.case_criminal),
    PARTIES,
    TITLE,
    Ask("report", _("Opinion: which administrative measure is due, and why"), kind="long"),
    FILES,
)
RECORDED_RETURN = (
    Ask("paper", _("Their paper"), kind="choice", choices=choices.papers_of_absent_investigators),
    PARTIES,
    Ask("report", _("What it says"), kind="long"),
    FILES,
)
CONVERSION = (
    Ask("ground", _("Direction"), kind="choice", choices=choices.directions),
    Ask("origin", _("Proceeding to convert"), kind="choice", choices=choices.own_proceedings),
    PARTIES,
    Ask(
        "offence",
        _("Suspected offence"),
        kind="choice",
        required=False,
        choices=choices.offences,
        help=_("Needed for a criminal case."),
    ),
    TITLE,
    Ask("report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False),
    Ask("team", _("Team (at least two officers)"), kind="choices", required=False, choices=choices.colleagues),
)
TRANSFER = (
    Ask("offence", _("Suspected offence"), kind="choice", choices=choices.routed_offences),
    Ask(
        "receiver",
        _("Receiving organ"),
        kind="choice",
        required=False,
        choices=choices.other_organs,
        help=_("Leave empty for the organ that stands behind the offence."),
    ),
    Ask(
        "overruled_because",
        _("Why another organ than suggested"),
        kind="long",
        required=False,
        help=_("Only where you chose a receiving organ yourself."),
    ),
    Ask("parties", _("Parties"), kind="choices", required=False, choices=choices.parties, of_new=True, help=ALL),
    Ask("acts", _("Acts"), kind="choices", required=False, choices=choices.acts, of_new=True, help=ALL),
    TITLE,
    Ask("report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False),
    Ask("team", _("Team (at least two officers)"), kind="choices", required=False, choices=choices.colleagues),
)
GOODS = (
    Ask("item", _("Item"), kind="choice", required=False, choices=choices.items),
    Ask("description", _("Description"), max_length=500),
    Ask("quantity", _("Quantity"), kind="decimal"),
    Ask("unit", _("Unit"), kind="choice", choices=lambda c, a: Unit.choices),
    Ask("net_weight_kg", _("Net weight (kg)"), kind="decimal", required=False),
    Ask("location", _("Where it lies")),
    Ask("storage", _("Outside storage"), required=False, help=_("Who keeps it for the organ, if not the organ.")),
    Ask("seal", _("Seal number"), required=False, max_length=60),
    Ask("paper", _("Number of the paper")),
    NOTE,
)
SEALED = (
    Ask("addressee", _("Supervisory organ"), help=_("To whom it goes: the supervisory organ, or the procuratorate.")),
    Ask("official", _("The official: name, organ, post"), max_length=300),
    Ask("facts", _("Facts and where they show"), kind="long"),
    Ask("team", _("Colleagues who work on it"), kind="choices", required=False, choices=choices.colleagues),
)
BELOW = Ask("receiver", _("Subordinate organ"), kind="choice", choices=choices.organs_below)
SHARES = Ask(
    "shares",
    _("Share with the letter"),
    kind="choice",
    required=False,
    choices=choices.shares_of_lead,
    help=_("Empty: the letter alone. Only the lead organ can share the case with it."),
)
LETTER_TEXT = Ask(
    "text", _("Text of the letter"), kind="long", help=_("Whoever does not share the case reads no more.")
)
DUE = Ask("due_at", _("Answer due"), kind="datetime", required=False)
ORIGIN = Ask("origin", _("Proceeding it is about"), kind="choice", required=False, choices=choices.proceedings_below)
ANSWERS = Ask("parent", _("Answers the request"), kind="choice", required=False, choices=choices.requests_up)
ASSIGN_DOWN = (BELOW, TITLE_OF_NEW, LETTER_TEXT, DUE, SHARES)
INSTRUCT = (BELOW, ORIGIN, ANSWERS, TITLE_OF_NEW, LETTER_TEXT, Ask("due_at", _("Answer due"), kind="datetime"), SHARES)
DESIGNATE = (BELOW, ORIGIN, ANSWERS, TITLE_OF_NEW, Ask("text", _("Decision and its grounds"), kind="long"), DUE)
TAKE_UP = (
    Ask("origin", _("Proceeding to take up"), kind="choice", choices=choices.proceedings_below),
    *(ANSWERS, TITLE_OF_NEW, Ask("text", _("Decision and its grounds"), kind="long"), DUE),
)
ASK_UP = (
    Ask("receiver", _("Superior organ"), kind="choice", choices=choices.organs_above),
    *(TITLE_OF_NEW, Ask("text", _("What is asked, and why"), kind="long"), DUE, SHARES),
)
RECORD_DIRECTION = (
    Ask("paper", _("Their paper"), kind="choice", choices=choices.papers_of_absent_superiors),
    Ask("kind", _("Kind"), kind="choice", choices=choices.kinds_from_above),
    *(TITLE_OF_NEW, Ask("text", _("What it says"), kind="long"), DUE),
)
ASK_OPINIONS = (
    Ask("organs", pgettext_lazy("opinion", "Whom to ask"), kind="choices", choices=choices.organs_to_consult),
    Ask("title", _("Question in one line"), max_length=300, of_new=True),
    Ask("text", _("Question: what is proposed, and on which facts"), kind="long"),
    Ask(
        "about",
        _("About what"),
        kind="choice",
        required=False,
        choices=choices.own_subjects,
        help=_("Empty: the case."),
    ),
    Ask("due_at", _("Opinion due"), kind="datetime", required=False, of_new=True),
)
CALL_CONFERENCE = (
    Ask("title", pgettext_lazy("conference", "Subject"), max_length=300, of_new=True),
    Ask(
        "agenda",
        _("Agenda"),
        kind="long",
        help=_("Participants whose organ does not share the case read nothing but this."),
    ),
    Ask("starts_at", _("When"), kind="datetime", of_new=True),
    Ask("place", pgettext_lazy("conference", "Where"), max_length=200, required=False, of_new=True),
    Ask("phone", _("Telephone or line"), max_length=80, required=False, of_new=True),
    Ask("desks", _("Organs and desks"), kind="choices", choices=choices.desks_to_invite),
    Ask("people", _("Persons"), kind="choices", required=False, choices=choices.people_to_invite),
)
OUTCOME = Ask("outcome", _("Outcome"), kind="long", stores=True)

LIVE = (S.OPENED, S.HANDLING, S.CONCLUDED)
WORKED = (S.OPENED, S.HANDLING)

# fmt: off
MOVES = {
    # verb               from                        to            who may           asks / needs
    "classify":     move(*LIVE,                  to=None,          by=lead_staff,    asks=CLASSIFY, reach=Reach.STATUS),
    "add_party":    move(*LIVE,                  to=None,          by=contributor,   asks=PARTY),
    "add_item":     move(*LIVE,                  to=None,          by=contributor,   asks=ITEM),
    "identify_item":move(*LIVE,                  to=None,          by=contributor,   asks=IDENTIFY),
    "add_shipment": move(*LIVE,                  to=None,          by=contributor,   asks=SHIPMENT),
    "add_act":      move(*LIVE,                  to=None,          by=contributor,   asks=ACT),
    "change_act":   move(*LIVE,                  to=None,          by=contributor,   asks=CHANGE_ACT),
    "add_paper":    move(*LIVE,                  to=None,          by=contributor,   asks=PAPER),
    "take_goods":   move(*LIVE,                  to=None,          by=contributor,   asks=GOODS),
    "share":        move(*LIVE,                  to=None,          by=lead_staff,    asks=SHARE),
    "unshare":      move(*LIVE,                  to=None,          by=lead_staff,    asks=UNSHARE),
    "offer_lead":   move(*LIVE,                  to=None,          by=lead_chief,    asks=(UNSHARE[0], REASON)),
    "accept_lead":  move(*LIVE,                  to=None,          by=offered_chief, asks=(NOTE,)),
    "decline_lead": move(*LIVE,                  to=None,          by=offered_chief, asks=(REASON,)),
    "open_proceeding":    move(*LIVE,            to=None,          by=opener,        asks=OPEN_PROCEEDING),
    "file_criminal":      move(*LIVE,            to=None,          by=filer,         asks=FILE_CRIMINAL),
    "ask_task":           move(*LIVE,            to=None,          by=contributor,   asks=TASK),
    "write_note":         move(*S.values,        to=None,          by=contributor,   asks=WRITE_NOTE, reach=Reach.OWN),
    "draft_transfer":     move(*LIVE,            to=None,          by=contributor,   asks=TRANSFER),
    "request_assistance": move(*LIVE,            to=None,          by=contributor,   asks=REQUEST),
    "transfer_lead":      move(*LIVE,            to=None,          by=contributor,   asks=REQUEST),
    "give_notice":        move(*LIVE,            to=None,          by=contributor,   asks=NOTICE),
    "send_copy":          move(*LIVE,            to=None,          by=contributor,   asks=COPY),
    "transfer_eco_lead":  move(*LIVE,            to=None,          by=not_police,    asks=ECO_LEAD),
    "enquire_identity":   move(*LIVE,            to=None,          by=investigator,  asks=IDENTITY),
    "transfer_matter":    move(*LIVE,            to=None,          by=contributor,   asks=MATTER),
    "return_matter":      move(*LIVE,            to=None,          by=investigator,  asks=RETURN,  starts=("REV_TRANSFER", "INT_REVERSE")),  # about the draft
    "give_opinion":       move(*LIVE,            to=None,          by=procurator,    asks=OPINION),
    "record_return":      move(*LIVE,            to=None,          by=opener,        asks=RECORDED_RETURN),
    "convert":            move(*LIVE,            to=None,          by=bureau,        asks=CONVERSION),
    "seal_letter":        move(*LIVE, S.CLOSED,  to=None,          by=contributor,   asks=SEALED),  # leaves nothing on the case
    "assign_down":        move(*LIVE,            to=None,          by=superior,      asks=ASSIGN_DOWN),
    "instruct":           move(*LIVE,            to=None,          by=superior,      asks=INSTRUCT),
    "designate":          move(*LIVE,            to=None,          by=superior,      asks=DESIGNATE),
    "take_up":            move(*LIVE,            to=None,          by=superior,      asks=TAKE_UP, needs=(has_proceeding_below,)),
    "ask_up":             move(*LIVE,            to=None,          by=subordinate,   asks=ASK_UP),
    "record_direction":   move(*LIVE,            to=None,          by=subordinate,   asks=RECORD_DIRECTION),
    "ask_opinions":       move(*LIVE,            to=None,          by=convener,      asks=ASK_OPINIONS),
    "call_conference":    move(*LIVE,            to=None,          by=convener,      asks=CALL_CONFERENCE),
    "handle":       move(*WORKED, S.CONCLUDED,   to=S.HANDLING,    by=system_only,   system=True),
    "conclude":     move(*WORKED,                to=S.CONCLUDED,   by=lead_staff,    asks=(OUTCOME,), needs=(no_hold("conclude"),)),
    "close":        move(S.CONCLUDED,            to=S.CLOSED,      by=lead_chief,    asks=(REASON,),  needs=(no_hold("conclude"), no_hold("close"))),
    "reopen":       move(S.CONCLUDED, S.CLOSED,  to=S.OPENED,      by=lead_chief,    asks=(REASON,)),
}
# fmt: on

WORDS = {
    "open": Words(_("Open"), _("opened the case")),
    "contribute": Words(_("Contribute"), _("added what a lead knows")),
    "withdraw_contribution": Words(_("Withdraw"), _("withdrew what a lead had added")),
    "classify": Words(_("Edit title and classification"), _("edited title and classification")),
    "add_party": Words(_("Add a party"), _("added a party")),
    "add_item": Words(_("Add an item"), _("added an item")),
    "identify_item": Words(_("Record the control basis of an item"), _("recorded the control basis of an item")),
    "add_shipment": Words(_("Add a shipment"), _("added a shipment")),
    "add_act": Words(_("Name an act"), _("named an act")),
    "change_act": Words(_("Change an act"), _("changed what is known of an act")),
    "add_paper": Words(_("Record an incoming paper"), _("recorded an incoming paper")),
    "take_goods": Words(_("Take goods into custody"), _("took goods into custody")),
    "share": Words(_("Share with an organ"), _("shared the case")),
    "unshare": Words(_("End a share"), _("ended a share"), "danger"),
    "offer_lead": Words(_("Offer the lead"), _("offered the lead")),
    "accept_lead": Words(_("Take over the lead"), _("took over the lead"), "primary"),
    "decline_lead": Words(_("Decline the lead"), _("declined the lead")),
    "open_proceeding": Words(_("Open a proceeding"), _("opened a proceeding"), "primary"),
    "file_criminal": Words(_("File a criminal case"), _("filed a criminal case from its own lead"), "primary"),
    "ask_task": Words(_("Ask for a task"), _("asked for a task")),
    "write_note": Words(_("Write a note"), _("wrote a note")),
    "draft_transfer": Words(_("Draft a criminal transfer"), _("started the draft of a criminal transfer")),
    "request_assistance": Words(_("Request assistance"), _("started a request for assistance")),
    "transfer_lead": Words(_("Transfer a lead"), _("started the transfer of a lead")),
    "give_notice": Words(_("Give notice"), _("started an information notice")),
    "send_copy": Words(_("Send a copy of a letter"), _("started the copy of a letter")),
    "transfer_eco_lead": Words(_("Send a lead to the economic-crime police"), _("started a lead to the police")),
    "enquire_identity": Words(_("Enquire about an identity"), _("started an identity enquiry")),
    "transfer_matter": Words(_("Transfer to the competent organ"), _("started a transfer to the competent organ")),
    "return_matter": Words(_("Return for administrative handling"), _("started a return for administrative handling")),
    "give_opinion": Words(_("Give a procuratorial opinion"), _("started a procuratorial opinion")),
    "record_return": Words(_("Record what came back"), _("recorded a return for administrative handling")),
    "convert": Words(_("Convert within the bureau"), _("started a conversion within the bureau")),
    "seal_letter": Words(_("Write a sealed letter"), _("drafted a sealed letter")),
    "assign_down": Words(_("Assign to a subordinate organ"), _("started an assignment to a subordinate organ")),
    "instruct": Words(_("Instruct with a deadline"), _("started an instruction with a deadline")),
    "designate": Words(_("Designate who is competent"), _("started a designation of jurisdiction")),
    "take_up": Words(_("Take a proceeding up"), _("started the taking up of a proceeding")),
    "ask_up": Words(_("Ask the superior organ"), _("started a request to the superior organ")),
    "record_direction": Words(_("Record a letter of the superior"), _("recorded a letter of the superior organ")),
    "ask_opinions": Words(_("Ask for opinions"), _("asked organs for their opinions")),
    "call_conference": Words(_("Call a conference"), _("called a conference")),
    "handle": Words(_("Take in hand"), _("the case is in hand")),
    "conclude": Words(_("Conclude the case"), _("concluded the case"), "primary"),
    "close": Words(_("Close the case"), _("closed the case"), "primary"),
    "reopen": Words(_("Reopen the case"), _("reopened the case"), "danger"),
}

CASE = Workflow("case", S, MOVES, WORDS, final=frozenset({S.CLOSED}))
