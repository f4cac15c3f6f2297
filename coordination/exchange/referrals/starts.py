"""How referrals begin on a case: what the action asks, and who may."""

from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import bureau, contributor, investigator, not_police, opener, procurator
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding, Suspect, has_a_wall, walled_off
from cases.proceedings.workflow import CRIMINAL, SENDABLE
from coordination.exchange.letters.fields import of_case
from coordination.exchange.letters.tables import begun

from .chosen import files_to_send, opinions_to_send
from .models import Referral

# Where the edited draft asks the same, its table takes the field from here.
RECEIVER = ActionField("receiver", _("Receiving agency"), choices=choices.other_agencies)
TITLE = ActionField("title", _("Title"), max_length=300, stores=True)
REQUEST = ActionField("report", _("Request and reasons"), kind="long", stores=True)
TEXT = ActionField("report", _("Text of the letter"), kind="long", stores=True)
ALSO_TO = ActionField("also_to", _("Also to"), kind="choices", required=False, choices=choices.agencies_with_people)
COPIED_TO = replace(ALSO_TO, choices=choices.supervised_with_people)
TO_ADMINISTRATIVE = replace(RECEIVER, choices=of_case(choices.administrative_agencies))
TO_COMPETENT = replace(TO_ADMINISTRATIVE, label=_("Competent agency"))
REPORT = ActionField(
    "report", _("Report: facts, evidence, basis, recommendation"), kind="long", required=False, stores=True
)
ALL = _("Empty: all of them.")
PARTIES = ActionField(
    "parties", _("Parties concerned"), kind="choices", required=False, choices=of_case(choices.parties), help=ALL
)
PARTIES_OF_CASE = replace(PARTIES, of_new=True)
ACTS = ActionField("acts", _("Acts"), kind="choices", required=False, choices=of_case(choices.acts), help=ALL)
ACTS_OF_CASE = replace(ACTS, of_new=True)
SCOPE = (PARTIES_OF_CASE, ACTS_OF_CASE)
ENCLOSURES = ActionField(
    "enclosures", _("Other enclosures, on paper"), kind="long", required=False, stores=True, help=_("One on each line.")
)
FILES = ActionField(
    "files",
    _("Evidence files"),
    kind="choices",
    required=False,
    choices=files_to_send,
    help=_("Only those that you tick go. The others stay with your agency."),
)
OPINIONS = ActionField(
    "opinions",
    _("Opinions of agencies"),
    kind="choices",
    required=False,
    choices=opinions_to_send,
    help=_("Only those that you tick go, as they were given."),
)
INTERNAL_REMARK = ActionField(
    "internal_remark",
    _("Internal remark"),
    kind="long",
    required=False,
    stores=True,
    clears=True,
    help=_("Only your agency reads it. It leaves in no letter, package or file."),
)
GOES_WITH = (
    FILES,
    OPINIONS,
    ENCLOSURES,
    INTERNAL_REMARK,
)  # what each referral with a package may carry, and what stays
ORIGIN = ActionField("origin", _("From which proceeding"), required=False, choices=of_case(choices.own_administrative))
CRIMINAL_ORIGIN = replace(ORIGIN, label=_("Criminal proceeding"), choices=of_case(choices.own_criminal))
ANY_CRIMINAL_ORIGIN = replace(CRIMINAL_ORIGIN, choices=of_case(choices.case_criminal))
GROUND = ActionField("ground", _("Reason for the return"), choices=choices.Ground.choices, stores=True)
WHY_COMPETENT = ActionField("report", _("Facts, and why the other agency is competent"), kind="long", stores=True)
WHY_RETURNED = ActionField("report", _("Facts, and why there is no crime or no prosecution"), kind="long", stores=True)
MEASURE_DUE = ActionField("report", _("Opinion: proposed administrative measure and reasons"), kind="long", stores=True)
WHY_TRANSFER = ActionField(
    "report", _("Facts, suspected offence, and why it must be transferred"), kind="long", stores=True
)
TO_PROCURATORATE = replace(
    RECEIVER, label=_("Procuratorate"), choices=choices.procuratorates, initial=choices.own_procuratorate
)
FACTS_AND_OPINION = ActionField("report", _("Facts, evidence, and why to prosecute"), kind="long", stores=True)
DIRECTION = ActionField("ground", _("Converted to"), choices=choices.ConversionSide.choices, stores=True)
CONVERTED = ActionField("origin", _("Proceeding to convert"), choices=of_case(choices.own_proceedings))
OFFENCE = ActionField("offence", _("Suspected offence"), choices=choices.routed_offences)
CONVERTED_OFFENCE = replace(OFFENCE, required=False, choices=choices.offences, help=_("Required for a criminal case."))
OVERRULED = ActionField(
    "overruled_because",
    _("Reason for choosing another agency"),
    kind="long",
    required=False,
    help=_("Only if you chose a receiving agency yourself."),
)
TEAM = ActionField(
    "team", _("Team (at least two officers)"), kind="choices", required=False, choices=choices.colleagues
)
CONVERSION = (DIRECTION, CONVERTED, PARTIES, CONVERTED_OFFENCE, TITLE, REPORT, *GOES_WITH, TEAM)
RECORDED_RETURN = (
    ActionField("paper", _("Paper of the other agency"), choices=choices.papers_of_absent_investigators),
    ActionField(
        "asks",
        _("What an opinion of the procuratorate asks"),
        required=False,
        choices=choices.OpinionAsks.choices,
        help=_("Only for the paper of a procuratorate. Empty: an administrative measure."),
    ),
    PARTIES_OF_CASE,
    ActionField("report", _("Content of the paper"), kind="long"),
    ENCLOSURES,
)
TRANSFER = (
    replace(OFFENCE, initial=choices.likely_offence),
    replace(RECEIVER, required=False, help=_("Leave empty for the agency responsible for the offence.")),
    OVERRULED,
    replace(PARTIES_OF_CASE, label=_("Parties")),
    ACTS_OF_CASE,
    TITLE,
    REPORT,
    *GOES_WITH,
    replace(TEAM, initial=choices.own_team),
)
TO_POLICE = replace(RECEIVER, choices=choices.police_agencies)
BETWEEN_POLICE = replace(RECEIVER, choices=choices.investigating_agencies)
_COPY_TO = replace(RECEIVER, label=_("Copy to"), choices=choices.supervised_agencies)
_MATTER = (TO_COMPETENT, ORIGIN, PARTIES_OF_CASE, TITLE, WHY_COMPETENT, *GOES_WITH)
_RETURNED = (TO_ADMINISTRATIVE, CRIMINAL_ORIGIN, PARTIES_OF_CASE, GROUND, TITLE, WHY_RETURNED, *GOES_WITH)
_OPINION = (TO_ADMINISTRATIVE, ANY_CRIMINAL_ORIGIN, PARTIES_OF_CASE, TITLE, MEASURE_DUE, *GOES_WITH)

_DEMAND = (TO_ADMINISTRATIVE, PARTIES_OF_CASE, TITLE, WHY_TRANSFER, *GOES_WITH)
_CONVERSION = tuple(PARTIES_OF_CASE if field is PARTIES else field for field in CONVERSION)


# The file of a case sent for prosecution -----------------------------------------------------------------------------
def _under_investigation(case: Case, actor: Actor) -> QuerySet[Proceeding]:
    """Criminal proceedings of the actor's agency that may be sent for prosecution and have no open file."""
    sources = CRIMINAL.transitions["prosecute_opinion"].sources
    own = Proceeding.objects.filter(case=case, agency=actor.agency_id, state__in=sources)
    if has_a_wall(actor):
        own = own.exclude(pk__in=walled_off(actor).values("pk"))
    filed = Referral.objects.open().filter(kind=Referral.Kind.PROSECUTION, case=case, origin__isnull=False)
    return own.exclude(pk__in=filed.values("origin")).order_by("opened_at", "pk")


def proceedings_to_send(case: Case, actor: Actor) -> list[tuple[str, str]]:
    found = _under_investigation(case, actor)
    return [(str(one.pk), f"{one.get_kind_display()} {one.external_number}".strip()) for one in found]


def _first_to_send(case: Case, actor: Actor) -> str:
    return next((pk for pk, _words in proceedings_to_send(case, actor)), "")


def _suspects_to_send(case: Case, actor: Actor) -> list[str]:
    sent = Suspect.objects.filter(proceeding__in=_under_investigation(case, actor), state__in=SENDABLE)
    return [str(pk) for pk in sent.values_list("party", flat=True).distinct()]


def proceeding_to_send(case: Case, actor: Actor) -> UnmetCondition | None:
    """Only a criminal proceeding of the own agency has a file for prosecution, and one at a time."""
    if _under_investigation(case, actor).exists():
        return None
    detail = gettext("No criminal proceeding of your agency waits to be sent for prosecution.")
    return UnmetCondition("proceeding", detail)


FILE_ORIGIN = ActionField(
    "origin", _("Criminal proceeding"), choices=of_case(proceedings_to_send), initial=_first_to_send
)
SUSPECTS = replace(PARTIES, label=_("Suspects"), help=_("Every suspect who is still investigated goes with the file."))
_FILE = (
    FILE_ORIGIN,
    TO_PROCURATORATE,
    replace(SUSPECTS, of_new=True, initial=_suspects_to_send),
    ACTS_OF_CASE,
    TITLE,
    FACTS_AND_OPINION,
    *GOES_WITH,
)


STARTS = Workflow(
    "case",
    Case.State,
    {
        "draft_transfer": begun(by=contributor, fields=TRANSFER, then="submit"),
        "request_assistance": begun(by=contributor, fields=(RECEIVER, *SCOPE, TITLE, REQUEST, *GOES_WITH)),
        "transfer_lead": begun(by=contributor, fields=(RECEIVER, *SCOPE, TITLE, REQUEST, *GOES_WITH)),
        "give_notice": begun(by=contributor, fields=(RECEIVER, ALSO_TO, TITLE, TEXT)),
        "send_copy": begun(by=contributor, fields=(_COPY_TO, COPIED_TO, TITLE, TEXT)),
        "transfer_eco_lead": begun(by=not_police, fields=(TO_POLICE, *SCOPE, TITLE, REQUEST, *GOES_WITH)),
        "enquire_identity": begun(
            by=investigator, fields=(BETWEEN_POLICE, PARTIES_OF_CASE, TITLE, REQUEST, *GOES_WITH)
        ),
        "transfer_matter": begun(by=contributor, fields=_MATTER),
        "return_matter": begun(
            by=investigator, fields=_RETURNED, starts=("REV_TRANSFER", "INT_REVERSE")
        ),  # about the draft
        "give_opinion": begun(by=procurator, fields=_OPINION),
        "demand_transfer": begun(by=procurator, fields=_DEMAND),
        "prepare_file": begun(by=investigator, needs=(proceeding_to_send,), fields=_FILE),
        "record_return": begun(by=opener, fields=RECORDED_RETURN),
        "convert": begun(by=bureau, fields=_CONVERSION),
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
        "prepare_file": Labels(_("Prepare the file for prosecution"), _("started the file for prosecution")),
        "record_return": Labels(_("Record a returned matter"), _("recorded a return for administrative handling")),
        "convert": Labels(_("Convert within the bureau"), _("started a conversion within the bureau")),
    },
)
