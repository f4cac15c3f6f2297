"""What the actions ask that begin something on a case: proceedings, tasks, notes, referrals, letters, conferences."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import NOTE, REASON, ActionField

from . import choices
from .fields_of_rows import TITLE, TITLE_OF_NEW
from .models import Case
from .units import Unit

OPEN_PROCEEDING = (ActionField("kind", _("Kind of proceeding"), choices=choices.proceeding_kinds), NOTE)
FILE_CRIMINAL = (
    ActionField(
        "offence",
        _("Suspected offence"),
        required=False,
        choices=choices.offences,
        help=_("Leave empty only if a case recorded later from papers does not give it."),
    ),
    ActionField("external_number", _("Number of the criminal case"), required=False, max_length=80),
    REASON,
)
TASK_DAYS = 5  # working days, until which a task is due if the form is not changed
TASK = (
    ActionField("agency", _("Agency or unit"), choices=choices.agencies_on_case, initial=choices.likely_doer),
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
    ActionField("audience", _("Visibility"), choices=choices.note_audiences),
    ActionField("about", _("Subject of the note"), required=False, choices=choices.note_subjects),
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
# The narrowest first. None is preselected: the person who attaches the file decides.
FILE_AUDIENCES = (
    ("agency", _("my agency")),
    ("task", _("both agencies of the task")),
    ("case", _("all agencies that read the case")),
)
ATTACH_FILE = (
    FILE,
    ActionField("audience", _("Visibility"), choices=FILE_AUDIENCES),
    ActionField("about", _("Belongs to"), required=False, choices=choices.file_subjects),
    *ABOUT_FILE,
)
RECEIVER = ActionField("receiver", _("Receiving agency"), choices=choices.other_agencies)
REQUEST = (RECEIVER, TITLE, ActionField("report", _("Request and reasons"), kind="long"))
TEXT = ActionField("report", _("Text of the letter"), kind="long")
ALSO_TO = ActionField("also_to", _("Also to"), kind="choices", required=False, choices=choices.agencies_with_people)
NOTICE = (RECEIVER, ALSO_TO, TITLE, TEXT)
COPY = (
    ActionField("receiver", _("Copy to"), choices=choices.supervised_agencies),
    ActionField("also_to", _("Also to"), kind="choices", required=False, choices=choices.supervised_with_people),
    TITLE,
    TEXT,
)
ECO_LEAD = (
    ActionField("receiver", _("Receiving agency"), choices=choices.police_agencies),
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
    ActionField("receiver", _("Receiving agency"), choices=choices.investigating_agencies),
    PARTIES,
    *REQUEST[1:],
)
ALL = _("Empty: all of them.")
FILES = ActionField("enclosures", _("List of files"), kind="long", required=False)
MATTER = (
    ActionField("receiver", _("Competent agency"), choices=choices.administrative_agencies),
    ActionField("origin", _("From which proceeding"), required=False, choices=choices.own_administrative),
    PARTIES,
    TITLE,
    ActionField("report", _("Facts, and why the other agency is competent"), kind="long"),
    FILES,
)
RETURN = (
    ActionField("receiver", _("Receiving agency"), choices=choices.administrative_agencies),
    ActionField("origin", _("Criminal proceeding"), required=False, choices=choices.own_criminal),
    PARTIES,
    ActionField("ground", _("Reason for the return"), choices=choices.Ground.choices),
    TITLE,
    ActionField("report", _("Facts, and why there is no crime or no prosecution"), kind="long"),
    FILES,
)
OPINION = (
    ActionField("receiver", _("Receiving agency"), choices=choices.administrative_agencies),
    ActionField("origin", _("Criminal proceeding"), required=False, choices=choices.case_criminal),
    PARTIES,
    TITLE,
    ActionField("report", _("Opinion: proposed administrative measure and reasons"), kind="long"),
    FILES,
)
DEMAND = (
    ActionField("receiver", _("Receiving agency"), choices=choices.administrative_agencies),
    PARTIES,
    TITLE,
    ActionField("report", _("Facts, suspected offence, and why it must be transferred"), kind="long"),
    FILES,
)
RECORDED_RETURN = (
    ActionField("paper", _("Paper of the other agency"), choices=choices.papers_of_absent_investigators),
    ActionField(
        "asks",
        _("What an opinion of the procuratorate asks"),
        required=False,
        choices=choices.OpinionAsks.choices,
        help=_("Only for the paper of a procuratorate. Empty: an administrative measure."),
    ),
    PARTIES,
    ActionField("report", _("Content of the paper"), kind="long"),
    FILES,
)
CONVERSION = (
    ActionField("ground", _("Converted to"), choices=choices.ConversionSide.choices),
    ActionField("origin", _("Proceeding to convert"), choices=choices.own_proceedings),
    PARTIES,
    ActionField(
        "offence",
        _("Suspected offence"),
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
        choices=choices.routed_offences,
        initial=choices.likely_offence,
    ),
    ActionField(
        "receiver",
        _("Receiving agency"),
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
    ActionField("item", _("Item"), required=False, choices=choices.items),
    ActionField("description", _("Description"), max_length=500),
    ActionField("quantity", _("Quantity"), kind="decimal"),
    ActionField("unit", _("Unit"), choices=Unit.choices),
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
BELOW = ActionField("receiver", _("Subordinate agency"), choices=choices.agencies_below)
SHARES = ActionField(
    "shares",
    _("Share with the letter"),
    required=False,
    choices=choices.shares_of_lead,
    help=_("Empty: the letter only. Only the lead agency can share the case with it."),
)
LETTER_TEXT = ActionField(
    "text", _("Text of the letter"), kind="long", help=_("Agencies that do not share the case can read only this.")
)
DUE = ActionField("due_at", _("Answer due"), kind="datetime", required=False)
ORIGIN = ActionField("origin", _("Proceeding concerned"), required=False, choices=choices.proceedings_below)
ANSWERS = ActionField("parent", _("Reply to the request"), required=False, choices=choices.requests_up)
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
    ActionField("origin", _("Proceeding to take over"), choices=choices.proceedings_below),
    *(ANSWERS, TITLE_OF_NEW, ActionField("text", _("Decision and its grounds"), kind="long"), DUE),
)
ASK_UP = (
    ActionField("receiver", _("Superior agency"), choices=choices.agencies_above),
    *(TITLE_OF_NEW, ActionField("text", _("Request and reasons"), kind="long"), DUE, SHARES),
)
RECORD_INSTRUCTION = (
    ActionField("paper", _("Paper of the other agency"), choices=choices.papers_of_absent_superiors),
    ActionField("kind", _("Kind"), choices=choices.KINDS_FROM_ABOVE),
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
    required=False,
    choices=Case.NoCrime.choices,
    stores=True,
    help=_(
        "Required, with a reason, if the amount reaches the criminal threshold or is unknown and there is neither a"
        " proceeding nor a transfer."
    ),
)
