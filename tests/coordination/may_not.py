"""Forbidden actions that the detours of `test_detours` try to reach: one row for each kind of prohibition.

`need` is the condition that refuses; None if the rule of the action itself, or visibility, refuses.
"""

from dataclasses import dataclass
from typing import Any

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations import enrolling
from agencies.confirmations.workflow import settled_right
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people.models import OfficeHolder
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.clocks.workflow import not_own_application
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from cases.proceedings.workflow.decision_conditions import not_of_the_team as not_of_the_matter
from cases.proceedings.workflow.decision_conditions import reviewer_outside_team
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.workflow import second_person
from coordination.exchange.instructions.workflow import not_its_author
from coordination.exchange.opinions.workflow import not_his_own, not_his_own_draft
from coordination.exchange.referrals.workflow.criminal import not_of_the_team
from coordination.exchange.referrals.workflow.proposing import no_proposal_of_own, not_the_refuser
from coordination.insight.bulletins.workflow import not_its_author as not_author_of_bulletin
from coordination.insight.typical_cases.workflow import FIELDS as TEXTS_OF_TYPICAL
from coordination.insight.typical_cases.workflow import not_its_author as not_author_of_typical
from tests import stories

from .may_not_prevention import OF_PREVENTION
from .prohibitions import MayNot

EDIT = {"title": "Transfer", "offence": "SMUG_PROHIBITED", "receiver": "GACC_ASB"}


# People --------------------------------------------------------------------------------------------------------------
def acting_head(cast: Any) -> None:
    """A second office holder, so that submission is possible."""
    OfficeHolder.objects.get_or_create(
        user=cast.user("customs.legal"),
        agency=cast.user("customs.legal").agency,
        is_acting=True,
        document="署人发〔2026〕1号",
    )
    cast.pop("customs.legal", None)


def become_acting_head(cast: Any, who: str) -> None:
    person = cast.user(who)
    OfficeHolder.objects.create(user=person, agency=person.agency, is_acting=True, document="人发〔2026〕2号")
    cast.pop(who, None)


@dataclass(frozen=True)
class Peers:
    """People of one agency: two officers, the lead and the head, and who starts a password reset there."""

    officers: tuple[str, str]
    lead: str
    head: str
    admin: str

    def colleague_of(self, who: str) -> str:
        return self.officers[1] if who != self.officers[1] else self.officers[0]

    @property
    def chiefs(self) -> tuple[str, str]:
        return self.head, self.lead


CENTRE = Peers(("centre.coordinator", "auditor"), "centre.coordinator", "centre.supervisor", "secadmin")
PEERS = {
    **dict.fromkeys(("centre", "sysadmin"), CENTRE),
    "commerce": Peers(("commerce.officer", "commerce.legal"), "commerce.lead", "commerce.head", "commerce.admin"),
    "customs": Peers(("customs.officer", "customs.legal"), "customs.lead", "customs.head", "customs.admin"),
    "antismuggling": Peers(
        ("antismuggling.officer", "antismuggling.deputy"),
        *("antismuggling.lead", "antismuggling.head", "antismuggling.admin"),
    ),
    "procurator": Peers(
        ("procurator", "procurator.second"), *("procurator.head", "procurator.head", "procurator.admin")
    ),
}


def peers_of(who: str) -> Peers:
    return PEERS[who.split(".")[0]]


# Forbidden actions ---------------------------------------------------------------------------------------------------
def own_report(cast: Any) -> Any:
    """Drafted by the head, the only office holder; an acting holder makes submission possible."""
    acting_head(cast)
    data = {
        "receiver": "GACC_ASB",
        "offence": "SMUG_PROHIBITED",
        "title": "Transfer",
        "report": "Facts",
        "team": stories.team(cast),
    }
    made = perform_verb(RESOURCES["cases"], cast["customs.head"], stories.case(cast), "draft_transfer", data).created
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def edited_report(cast: Any) -> Any:
    made = stories.transfer(cast)
    acting_head(cast)
    stories.walk(
        cast, made, [("edit", "customs.head", {**EDIT, "report": "Better facts"}), ("submit", "customs.officer", {})]
    )
    return made


def report_of_a_team_once_joined(cast: Any) -> Any:
    made = stories.transfer(cast)
    acting_head(cast)
    for team in ([*stories.team(cast), cast["customs.head"].id], stories.team(cast)):
        stories.walk(cast, made, [("edit", "customs.officer", {**EDIT, "team": team})])
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def own_matter(cast: Any) -> Any:
    """The head investigated; afterwards the team was set without them."""
    inside = stories.proceeding(cast, "FILED_ADM")
    acting_head(cast)
    joined = [cast["customs.officer"].id, cast["customs.head"].id]
    stories.walk(cast, inside, [("investigate", "customs.officer", {"team": joined})])
    stories.walk(cast, inside, [("name_team", "customs.officer", {"team": stories.team(cast)})])
    return stories.reviewed(cast, inside)


def written_matter(cast: Any) -> Any:
    inside = stories.proceeding(cast, "INVESTIGATE")
    acting_head(cast)
    line = stories.noticed(cast, inside)
    stories.walk(cast, line, [("assess_transfer", "customs.head", stories.ASSESSED)])
    stories.heard(cast, line)
    return line


def own_instruction(cast: Any) -> Any:
    made = stories.instruction(cast)
    stories.walk(cast, made, [("edit", "customs.head", {"receiver": "GACC_ASB", "title": "T", "text": "Mine"})])
    return made


def own_correction(cast: Any) -> Any:
    made = stories.concluded(cast)
    event = Event.objects.filter(object_id=made.pk, verb="conclude").latest("id")
    return propose_correction(event, actor=cast["customs.lead"], kind="annul", paper="x", reason="wrong")


def foreign_inside(cast: Any) -> Any:
    return stories.suspect(cast)


def chiefs_act(cast: Any) -> Any:
    return stories.proceeding(cast, "VERIFY")


def named_only(cast: Any) -> Any:
    return stories.confidential(cast, "HEAD_DECISION")


def delivered_transfer(cast: Any) -> Any:
    return stories.transfer(cast, "DELIVERED")


def received_transfer(cast: Any) -> Any:
    return stories.transfer(cast, "ACCEPTED")


def own_refusal(cast: Any) -> Any:
    """The head refused to file, and the bureau has a deputy."""
    return stories.transfer(cast, "RECONSIDERATION")


def own_proposal(cast: Any) -> Any:
    """The lead proposed to file and then became acting head."""
    made = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, made, [("propose", "antismuggling.lead", PROPOSED)])
    become_acting_head(cast, "antismuggling.lead")
    return made


def explained(cast: Any) -> Any:
    return stories.supervision(cast, "EXPLAINED")


def own_request(cast: Any) -> Any:
    return confirmation_actions.declare_sign_in(
        Agency.objects.get(code="GACC"), actor=cast["customs.admin"], signs_in=False, paper="x", starts_on=times.today()
    )


def own_ban(cast: Any) -> Any:
    """A decision of the commerce bureau's kind, taken by the acting head: the head had investigated."""
    line = own_matter(cast)
    stories.walk(
        cast,
        line,
        [
            ("decide", "customs.legal", FINE),
            ("serve", "customs.officer", {"service": "on_the_spot", **stories.by_person("serve")}),
        ],
    )
    Proceeding.objects.filter(pk=line.proceeding_id).update(kind="commerce")
    return Decision.objects.get(pk=line.pk)


def own_review(cast: Any) -> Any:
    return stories.reviewed(cast)


def own_demand(cast: Any) -> Any:
    made = stories.demand(cast)
    stories.walk(cast, made, [("edit", "procurator.head", {"receiver": "GACC", "title": "Demand", "report": "Mine"})])
    return made


def demand_written_as_an_officer(cast: Any) -> Any:
    """The procurator wrote the demand and then became acting chief procurator."""
    made = stories.demand(cast, "EXPLAINED")
    become_acting_head(cast, "procurator")
    return made


def own_revocation(cast: Any) -> Any:
    """The lead proposed to revoke the approval and then became acting head."""
    made = stories.transfer(cast, "APPROVED")
    stories.walk(cast, made, [("propose_withdrawal", "customs.lead", {"proposed": "revoke", "proposal": "New facts"})])
    become_acting_head(cast, "customs.lead")
    return made


def own_conversion(cast: Any) -> Any:
    made = stories.conversion(cast)
    facts = {"ground": "to_criminal", "offence": "SMUG_PROHIBITED", "title": "Conversion", "report": "Mine"}
    people = [cast[f"antismuggling.{who}"].id for who in ("officer", "lead")]
    given = {**facts, "origin": str(made.origin_id), "team": people}
    become_acting_head(cast, "antismuggling.deputy")
    stories.walk(cast, made, [("edit", "antismuggling.head", given), ("submit", "antismuggling.officer", {})])
    return made


def file_for_prosecution(cast: Any) -> Any:
    return stories.file_for_prosecution(cast)


def file_at_the_procuratorate(cast: Any) -> Any:
    return stories.file_for_prosecution(cast, "RETURNED")


def own_opinion(cast: Any) -> Any:
    made = stories.agency_opinion(cast)
    concurring = {"stance": "concur"}
    stories.walk(cast, made, [("draft", "commerce.head", concurring), ("review", "commerce.lead", concurring)])
    return made


def own_draft(cast: Any) -> Any:
    made = stories.agency_opinion(cast)
    stories.walk(cast, made, [("draft", "commerce.lead", {"stance": "concur"})])
    return made


def own_application(cast: Any) -> Any:
    """The head applied for the extension and may not grant it."""
    clock = Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS")
    acting_head(cast)
    stories.walk(cast, clock, [("apply", "customs.head", {"step": "1", "reason": "The laboratory needs more time"})])
    return clock


def own_step_on_behalf(cast: Any) -> Any:
    return stories.recorded_step(cast)


def own_reset(cast: Any) -> Any:
    asked, _link = enrolling.start(cast.user("customs.lead"), actor=cast["customs.admin"], reason="forgot it")
    return asked


def own_rights(cast: Any) -> Any:
    return stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency_of(cast))


def rights_of_one_s_own(cast: Any) -> Any:
    return stories.rights_requested(
        cast, "customs.head", "grant_role", role="officer", unit=agency_of(cast), document="x"
    )


def rights_before_a_new_head(cast: Any) -> Any:
    """The acting head was appointed today, in an agency with cases."""
    stories.case(cast)
    acting_head(cast)
    return own_rights(cast)


def office_of_the_bureau(cast: Any) -> Any:
    return stories.rights_requested(
        cast, "antismuggling.lead", "grant_office", "secadmin", post="acting", document="署人发〔2026〕3号"
    )


def reset_beside_a_new_head(cast: Any) -> Any:
    stories.case(cast)
    acting_head(cast)
    asked, _link = enrolling.start(cast.user("customs.head"), actor=cast["secadmin"], reason="forgot it")
    return asked


def agency_of(cast: Any) -> Agency:
    found: Agency = cast.user("customs.head").agency
    return found


def own_change(cast: Any) -> Any:
    """A change of a party that a package names."""
    made = stories.shared_case(cast)
    stories.transfer(cast, "FILED", made)
    answers = {"party": str(made.parties.get().pk), "name": "Right Metals Ltd", "reason": "Read wrongly"}
    return perform_verb(
        RESOURCES["cases"], cast["customs.officer"], Case.objects.get(pk=made.pk), "change_party", answers
    ).created


def own_rules(cast: Any) -> Any:
    return perform_verb(RESOURCES["rule-changes"], cast["sysadmin"], stories.rule_change(cast), "publish", {}).created


def consent_of_the_source(cast: Any) -> Any:
    """Customs asks the commerce bureau, whose lead this was, to agree to a lower handling code."""
    lead = stories.lead(cast, handling_code="H2")
    Lead.objects.filter(pk=lead.pk).update(source_agency=Agency.objects.get(code="MOFCOM_SCB"))
    return perform_verb(
        RESOURCES["leads"],
        cast["customs.lead"],
        Lead.objects.get(pk=lead.pk),
        "promote",
        {"title": "T", "handling": "H0"},
    ).created


def file_of_another_agency(cast: Any) -> Any:
    return stories.attachment(cast, "case", stories.shared_case(cast))


def file_of_a_colleague(cast: Any) -> Any:
    return stories.attachment(cast)


def note_of_a_colleague(cast: Any) -> Any:
    return stories.note(cast)


def draft_of_routing_rules(cast: Any) -> Any:
    return stories.rule_set(cast)


def import_of_another_agency(cast: Any) -> Any:
    return stories.import_story(cast, "CHECKED")


def own_bulletin(cast: Any) -> Any:
    """The coordinator improved the text that the supervisor drafted."""
    made = stories.bulletin(cast)
    texts = {name: getattr(made, name) for name in ("title_zh", "title_en", "text_zh", "text_en", "distribution")}
    stories.walk(cast, made, [("edit", "centre.coordinator", texts), ("submit", "centre.supervisor", {})])
    return made


def own_typical_case(cast: Any) -> Any:
    """The lead improved the text that the officer drafted."""
    made = stories.typical_case(cast)
    texts = {
        one.name: "某公司伪报出口。" if one.name.endswith("zh") else "A misdeclaration." for one in TEXTS_OF_TYPICAL
    }
    stories.walk(cast, made, [("edit", "customs.lead", texts), ("submit", "customs.officer", {})])
    return made


def goods(cast: Any) -> Any:
    return stories.lot(cast)


def paper_in_draft(cast: Any) -> Any:
    return stories.paper(cast)


def reminder_received(cast: Any) -> Any:
    return stories.reminder(cast)


FINE = {"decision_number": "沪关缉违字〔2026〕9号", "fine_cny": "300000", "penalties": ["fine"]}
PROPOSED = {"proposed": "file", "proposal": "The false declaration is proven."}
CRIME = {"external_number": "海缉立〔2026〕78号"}
OPINION = {"review_opinion": "Lawful"}
EXTENSION = {"step": "1", "paper": "No. 7", "reason": "agreed"}
ENDED_LISTING = {"effective_to": "2027-01-31", "end_document": "No. 8", "reason": "x"}
A_RESET = frozenset({"a_reset"})
# The centre has no unit lead, and the only holder of one of the three powers is not disabled.
AT_THE_CENTRE = frozenset({"handing_over_to_them"})
OF_ONE_POWER = AT_THE_CENTRE | {"disabling_and_enabling"}
NUMBER = {"external_number": "沪关缉违字〔2026〕77号"}
MAY_NOT = [
    MayNot("own report", "customs.head", "approve", own_report, {}, not_of_the_team),
    MayNot("report once edited", "customs.head", "approve", edited_report, {}, not_of_the_team),
    MayNot(
        "report of a team once joined", "customs.head", "approve", report_of_a_team_once_joined, {}, not_of_the_team
    ),
    MayNot("own matter", "customs.head", "decide", own_matter, FINE, not_of_the_matter),
    MayNot("matter once written in", "customs.head", "decide", written_matter, FINE, not_of_the_matter),
    MayNot("own instruction", "customs.head", "issue", own_instruction, {}, not_its_author),
    MayNot("own correction", "customs.lead", "confirm", own_correction, {}, second_person),
    MayNot("another agency's inside", "customs.lead", "drop", foreign_inside, {"reason": "x"}),
    MayNot("reserved for a chief", "customs.officer", "file", chiefs_act, NUMBER),
    MayNot("named persons only", "customs.lead", "approve", named_only, {}),
    MayNot("a transfer once delivered", "customs.lead", "call_off", delivered_transfer, {"ending_reason": "x"}),
    MayNot("its end as a draft", "customs.officer", "withdraw", delivered_transfer, {"ending_reason": "x"}),
    MayNot("filing by a unit lead", "antismuggling.lead", "file", received_transfer, CRIME),
    MayNot(
        "own refusal",
        "antismuggling.head",
        "uphold",
        own_refusal,
        {"letter": "x", "same_person_because": "x"},
        not_the_refuser,
    ),
    MayNot("own proposal", "antismuggling.lead", "file", own_proposal, CRIME, no_proposal_of_own),
    MayNot("an order of the chief procurator", "procurator", "order_filing", explained, {"letter": "x"}),
    MayNot("own request", "customs.admin", "confirm", own_request, {}),
    MayNot("own ban on licences", "customs.head", "ban", own_ban, {"reason": "Grave"}, not_of_the_matter),
    MayNot("own lifting of a ban", "customs.head", "lift_ban", own_ban, {"reason": "Mild"}, not_of_the_matter),
    MayNot(
        "legal review of an own matter", "customs.officer", "record_review", own_review, OPINION, reviewer_outside_team
    ),
    MayNot("own demand", "procurator.head", "send", own_demand, {}, not_of_the_team),
    MayNot(
        "demand once written", "procurator", "insist", demand_written_as_an_officer, {"letter": "x"}, not_of_the_team
    ),
    MayNot("a file for prosecution sent by an officer", "antismuggling.officer", "send", file_for_prosecution, {}),
    MayNot("a file for prosecution sent by its addressee", "procurator", "send", file_at_the_procuratorate, {}),
    MayNot("own revocation", "customs.lead", "revoke", own_revocation, {"reason": "x"}, not_of_the_team),
    MayNot("own conversion", "antismuggling.head", "file", own_conversion, CRIME, not_of_the_team),
    MayNot("own opinion", "commerce.head", "give", own_opinion, {"stance": "concur"}, not_his_own),
    MayNot("own draft of an opinion", "commerce.lead", "review", own_draft, {"stance": "concur"}, not_his_own_draft),
    MayNot("own application", "customs.head", "extend", own_application, EXTENSION, not_own_application),
    MayNot("own bulletin", "centre.coordinator", "issue", own_bulletin, {}, not_author_of_bulletin, AT_THE_CENTRE),
    MayNot("own typical case", "customs.lead", "publish", own_typical_case, {"checked": True}, not_author_of_typical),
    MayNot("own step on behalf", "customs.officer", "confirm", own_step_on_behalf, {}),
    MayNot("own password reset", "customs.lead", "confirm", own_reset, {}, without=A_RESET),
    MayNot("own request of rights", "customs.admin", "confirm", own_rights, {}),
    MayNot("rights of one's own", "customs.head", "confirm", rights_of_one_s_own, {}),
    MayNot("rights by a new right", "customs.legal", "confirm", rights_before_a_new_head, {}, settled_right),
    MayNot("office confirmed below", "antismuggling.head", "confirm", office_of_the_bureau, {}),
    MayNot("password by a new right", "customs.legal", "confirm", reset_beside_a_new_head, {}, settled_right),
    MayNot("own change of facts", "customs.officer", "confirm", own_change, {}),
    MayNot("own change of the control law", "sysadmin", "confirm", own_rules, {}, without=OF_ONE_POWER),
    MayNot("consent of another agency", "customs.lead", "confirm", consent_of_the_source, {}),
    MayNot("watch list of another agency", "customs.lead", "end", stories.listing, ENDED_LISTING),
    MayNot("file of another agency", "commerce.lead", "withdraw", file_of_another_agency, {"reason": "x"}),
    MayNot("file of a colleague", "customs.legal", "withdraw", file_of_a_colleague, {"reason": "x"}),
    MayNot("note of a colleague", "customs.legal", "edit", note_of_a_colleague, {"text": "Mine"}),
    MayNot("import of another agency", "commerce.lead", "take", import_of_another_agency, {}),
    MayNot("routing rules reserved for a chief", "customs.officer", "publish", draft_of_routing_rules, {}),
    MayNot("goods written off by a chief", "customs.officer", "write_off", goods, {"reason": "x"}),
    MayNot("paper issued by a chief", "customs.officer", "issue", paper_in_draft, {}),
    MayNot("reminder taken back by its receiver", "commerce.lead", "withdraw", reminder_received, {"reason": "x"}),
    *OF_PREVENTION,
]
