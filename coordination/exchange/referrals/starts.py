"""How referrals begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import bureau, contributor, investigator, not_police, opener, procurator
from cases.casefile.fields_of_rows import TITLE
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun

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
TO_ADMINISTRATIVE = ActionField("receiver", _("Receiving agency"), choices=choices.administrative_agencies)
REPORT = ActionField("report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False)
ALL = _("Empty: all of them.")
PARTIES = ActionField(
    "parties",
    _("Parties concerned"),
    kind="choices",
    required=False,
    choices=choices.parties,
    help=ALL,
    of_new=True,
)
IDENTITY = (
    ActionField("receiver", _("Receiving agency"), choices=choices.investigating_agencies),
    PARTIES,
    *REQUEST[1:],
)
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
    TO_ADMINISTRATIVE,
    ActionField("origin", _("Criminal proceeding"), required=False, choices=choices.own_criminal),
    PARTIES,
    ActionField("ground", _("Reason for the return"), choices=choices.Ground.choices),
    TITLE,
    ActionField("report", _("Facts, and why there is no crime or no prosecution"), kind="long"),
    FILES,
)
OPINION = (
    TO_ADMINISTRATIVE,
    ActionField("origin", _("Criminal proceeding"), required=False, choices=choices.case_criminal),
    PARTIES,
    TITLE,
    ActionField("report", _("Opinion: proposed administrative measure and reasons"), kind="long"),
    FILES,
)
DEMAND = (
    TO_ADMINISTRATIVE,
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
    REPORT,
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
    REPORT,
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

STARTS = Workflow(
    "case",
    Case.State,
    {
        "draft_transfer": begun(by=contributor, fields=TRANSFER, then="submit"),
        "request_assistance": begun(by=contributor, fields=REQUEST),
        "transfer_lead": begun(by=contributor, fields=REQUEST),
        "give_notice": begun(by=contributor, fields=NOTICE),
        "send_copy": begun(by=contributor, fields=COPY),
        "transfer_eco_lead": begun(by=not_police, fields=ECO_LEAD),
        "enquire_identity": begun(by=investigator, fields=IDENTITY),
        "transfer_matter": begun(by=contributor, fields=MATTER),
        "return_matter": begun(
            by=investigator, fields=RETURN, starts=("REV_TRANSFER", "INT_REVERSE")
        ),  # about the draft
        "give_opinion": begun(by=procurator, fields=OPINION),
        "demand_transfer": begun(by=procurator, fields=DEMAND),
        "record_return": begun(by=opener, fields=RECORDED_RETURN),
        "convert": begun(by=bureau, fields=CONVERSION),
    },
    {
        "draft_transfer": Labels(_("Draft a criminal transfer"), _("started the draft of a criminal transfer")),
        "request_assistance": Labels(_("Request assistance"), _("started a request for assistance")),
        "transfer_lead": Labels(_("Transfer a lead"), _("started the transfer of a lead")),
        "give_notice": Labels(_("Give notice"), _("started an information notice")),
        "send_copy": Labels(_("Send a copy of a letter"), _("started the copy of a letter")),
        "transfer_eco_lead": Labels(
            _("Send a lead to the economic-crime police"), _("started sending a lead to the police")
        ),
        "enquire_identity": Labels(_("Request an identity check"), _("started an identity check request")),
        "transfer_matter": Labels(
            _("Transfer to the competent agency"), _("started a transfer to the competent agency")
        ),
        "return_matter": Labels(
            _("Return for administrative handling"), _("started a return for administrative handling")
        ),
        "give_opinion": Labels(_("Give a procuratorial opinion"), _("started a procuratorial opinion")),
        "demand_transfer": Labels(_("Demand the transfer of a suspected crime"), _("started a demand for transfer")),
        "record_return": Labels(_("Record a returned matter"), _("recorded a return for administrative handling")),
        "convert": Labels(_("Convert within the bureau"), _("started a conversion within the bureau")),
    },
)
