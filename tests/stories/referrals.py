"""Referrals other than transfers."""

from typing import Any

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding
from cases.sharing.actions import share_case
from coordination.exchange.referrals.actions import CASE_ACTIONS, convert
from coordination.exchange.referrals.models import Referral

from ..kept_stories import story
from .basics import act, serial, to_state, walk
from .casefile import case
from .crimes import criminal, let_go, suspect
from .proceedings import bureau_proceeding, proceeding


@story
def assistance(
    cast: Any, state: str = "DRAFT", kind: str = "assistance", matter: Case | None = None, **given: Any
) -> Referral:
    """A request of customs to the commerce bureau (or, kind="lead_transfer", a lead for it)."""
    make = CASE_ACTIONS["request_assistance"] if kind == "assistance" else CASE_ACTIONS["transfer_lead"]
    made = act(
        cast,
        "customs.officer",
        make,
        matter or case(cast),
        receiver="MOFCOM_SCB",
        title="Licence check",
        report="Which?",
        **given,
    )
    if state != "DRAFT":
        walk(cast, made, [("send", "customs.officer", {})])
    ends: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "IN_WORK": [("accept", "commerce.officer", {})],
        "TAKEN_OVER": [("accept", "commerce.officer", {})],
        "RETURNED": [("return", "commerce.officer", {"reason": "Which licence?"})],
        "DECLINED": [("decline", "commerce.officer", {"ending_reason": "Not ours"})],
        "ANSWERED": [("accept", "commerce.officer", {}), ("answer", "commerce.officer", {"answer": "None issued"})],
        "WITHDRAWN": [("withdraw", "customs.officer", {"ending_reason": "No longer needed"})],
    }
    walk(cast, made, ends.get(state, []))
    assert made.state == state
    return made


@story
def letter(cast: Any, state: str = "DRAFT", kind: str = "notice", matter: Case | None = None, **rest: Any) -> Referral:
    """A notice of customs to the commerce bureau (or, kind="copy", a copy for the procuratorate)."""
    make, receiver, reader = (
        (CASE_ACTIONS["give_notice"], "MOFCOM_SCB", "commerce.officer")
        if kind == "notice"
        else (CASE_ACTIONS["send_copy"], "SPP", "procurator")
    )
    values = {"receiver": receiver, "title": "On antimony", "report": "Prices have moved."}
    made = act(cast, "customs.officer", make, matter or case(cast), **values | rest)
    sent = ("send", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "READ": [sent, ("acknowledge", reader, {})],
        "WITHDRAWN": [sent, ("withdraw", "customs.officer", {"ending_reason": "Wrong agency"})],
    }
    return to_state(cast, made, state, paths)


@story
def eco_lead(cast: Any, state: str = "DRAFT", matter: Case | None = None) -> Referral:
    """A lead of customs to the economic-crime police."""
    values = {"receiver": "MPS_ECID", "title": "Trade in licences", "report": "Forty-three blank papers with seals."}
    made = act(cast, "customs.officer", CASE_ACTIONS["transfer_eco_lead"], matter or case(cast), **values)
    sent, taken = ("send", "customs.officer", {}), ("accept", "police.officer", {})
    paths = {
        "SENT": [sent],
        "RETURNED": [sent, ("return", "police.officer", {"reason": "Which papers?"})],
        "DECLINED": [sent, ("decline", "police.officer", {"ending_reason": "Not ours"})],
        "ACCEPTED": [sent, taken],
        "FILED": [sent, taken, ("file", "police.head", {"external_number": f"经侦立〔2026〕{serial()}号"})],
        "NOT_FILED_FINAL": [sent, taken, ("not_file", "police.head", {"ending_reason": "No crime"})],
        "WITHDRAWN": [sent, ("withdraw", "customs.officer", {"ending_reason": "Sent in error"})],
    }
    return to_state(cast, made, state, paths)


@story
def identity(cast: Any, state: str = "DRAFT", matter: Case | None = None) -> Referral:
    """An identity enquiry of the anti-smuggling bureau to the economic-crime police."""
    inside = matter or case(cast, "antismuggling.officer")
    values = {"receiver": "MPS_ECID", "title": "Who is he?", "report": "Name and number as on the contract."}
    made = act(cast, "antismuggling.officer", CASE_ACTIONS["enquire_identity"], inside, **values)
    sent, taken = ("send", "antismuggling.officer", {}), ("accept", "police.officer", {})
    paths = {
        "SENT": [sent],
        "RETURNED": [sent, ("return", "police.officer", {"reason": "The number is cut off"})],
        "IN_WORK": [sent, taken],
        "ANSWERED": [sent, taken, ("answer", "police.officer", {"answer": "Found under this number"})],
        "WITHDRAWN": [sent, ("withdraw", "antismuggling.officer", {"ending_reason": "Found by ourselves"})],
    }
    return to_state(cast, made, state, paths)


@story
def matter(cast: Any, state: str = "DRAFT", within: Proceeding | None = None) -> Referral:
    """An administrative matter that customs transfers from its proceeding to the commerce bureau, walked to `state`."""
    origin = within or proceeding(cast, "INVESTIGATE")
    made = act(
        cast,
        "customs.officer",
        CASE_ACTIONS["transfer_matter"],
        origin.case,
        receiver="MOFCOM_SCB",
        origin=str(origin.pk),
        title="Export without qualification",
        report="No smuggling: a licence matter.",
        enclosures="File of 40 pages",
    )
    sent = ("send", "customs.lead", {})
    declined = [sent, ("decline", "commerce.lead", {"ending_reason": "Customs came first"})]
    asked = [*declined, ("ask_centre", "customs.officer", {"reason": "Both decline"})]
    opinion = {"competent": "MOFCOM_SCB", "letter": "It is about qualification."}
    opined = [*asked, ("opine", "centre.coordinator", opinion)]
    at_office = [*opined, ("object", "commerce.officer", {"reason": "We disagree"})]
    paths = {
        "SENT": [sent],
        "RETURNED": [sent, ("return", "commerce.officer", {"reason": "Which pages?"})],
        "NOT_COMPETENT": declined,
        "CENTRE_ASKED": asked,
        "OPINED": opined,
        "AT_OFFICE": at_office,
        "DESIGNATED": [*at_office, ("office_receiver", "centre.coordinator", {"letter": "协调办〔2026〕1号"})],
        "KEPT": [*declined, ("keep", "customs.lead", {})],
        "RECEIVED": [sent, ("accept", "commerce.officer", {})],
        "WITHDRAWN": [sent, ("withdraw", "customs.officer", {"ending_reason": "Sent in error"})],
    }
    return to_state(cast, made, state, paths)


@story
def returned(cast: Any, state: str = "DRAFT", inside: Proceeding | None = None, **rest: Any) -> Referral:
    """The anti-smuggling bureau returns to customs a matter in which it found no crime, walked to `state`."""
    origin = inside or criminal(cast)
    if not origin.suspects.exists():
        let_go(cast, origin)
    values = {"receiver": "GACC", "title": "No crime", "report": "Below the line", "ground": "no_crime"}
    who = {
        "origin": str(origin.pk),
        "parties": [str(line.party_id) for line in origin.suspects.filter(state="DROPPED")],
    }
    made = act(cast, "antismuggling.officer", CASE_ACTIONS["return_matter"], origin.case, **values | who | rest)
    sent, back = ("send", "antismuggling.lead", {}), ("accept", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "RESUMED": [sent, back],
        "REPORTED": [sent, back, ("report", "customs.officer", {"answer": "Fined 40,000"})],
        "WITHDRAWN": [sent, ("withdraw", "antismuggling.officer", {"ending_reason": "New evidence"})],
    }
    return to_state(cast, made, state, paths)


def absent_procuratorate() -> str:
    """The code of a procuratorate that does not sign in."""
    found = Agency.objects.filter(line="procuratorate", is_agency=True, signs_in=False).first()
    if found is None:
        found = Agency.objects.create(
            code="CITY_PROC",
            name_zh="某市人民检察院",
            name_en="A city procuratorate",
            is_agency=True,
            line="procuratorate",
            level="city",
        )
        Agency.objects.filter(pk=found.pk).update(agency=found)
    return found.code


@story
def demand(cast: Any, state: str = "DRAFT", inside: Case | None = None) -> Referral:
    """The procuratorate's demand that customs transfers a suspected crime (SPPR art. 557(3))."""
    inside = inside or case(cast)
    share_case(inside, actor=cast["customs.officer"], agency="SPP", profile="full", reason="report of a third party")
    values = {"receiver": "GACC", "title": "Demand", "report": "The amount is above the threshold"}
    made = act(cast, "procurator", CASE_ACTIONS["demand_transfer"], Case.objects.get(pk=inside.pk), **values)
    sent = ("send", "procurator.head", {})
    refused = ("give_reasons", "customs.head", {"letter": "The amount is below the threshold"})
    paths = {
        "SENT": [sent],
        "EXPLAINED": [sent, refused],
        "REASONS_TOLD": [sent, refused, ("uphold_reasons", "procurator.head", {"letter": "Accepted"})],
        "WITHDRAWN": [sent, ("recall", "procurator.head", {"ending_reason": "New evidence"})],
    }
    return to_state(cast, made, state, paths)


@story
def opinion(cast: Any, state: str = "DRAFT", inside: Proceeding | None = None) -> Referral:
    """The procuratorate's opinion to customs on an administrative measure after non-prosecution."""
    origin = inside or criminal(cast)
    line = let_go(cast, origin, "not_prosecute")
    share_case(origin.case, actor=cast["customs.officer"], agency="SPP", profile="full", reason="review")
    values = {"receiver": "GACC", "title": "Opinion", "report": "A fine is due", "origin": str(origin.pk)}
    matter_of = Case.objects.get(pk=origin.case_id)
    made = act(cast, "procurator", CASE_ACTIONS["give_opinion"], matter_of, parties=[str(line.party_id)], **values)
    sent, back = ("send", "procurator", {}), ("accept", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "RESUMED": [sent, back],
        "REPORTED": [sent, back, ("report", "customs.officer", {"answer": "Fined 40,000"})],
        "WITHDRAWN": [sent, ("withdraw", "procurator", {"ending_reason": "Changed"})],
    }
    return to_state(cast, made, state, paths)


@story
def file_for_prosecution(cast: Any, state: str = "DRAFT", inside: Proceeding | None = None, **rest: Any) -> Referral:
    """The file of a criminal case that the anti-smuggling bureau sends to the procuratorate, walked to `state`."""
    origin = inside or criminal(cast)
    if not origin.suspects.exists():
        suspect(cast, origin)
    values = {"receiver": "SPP", "title": "File", "report": "The facts are clear", "origin": str(origin.pk)}
    made = act(cast, "antismuggling.officer", CASE_ACTIONS["prepare_file"], origin.case, **values | rest)
    sent, taken = ("send", "antismuggling.lead", {}), ("accept_file", "procurator", {})
    paths = {
        "SENT": [sent],
        "IN_WORK": [sent, taken],
        "RETURNED": [sent, taken, ("return_case", "procurator", {"reason": "Who paid?"})],
        "REPORTED": [sent, taken, ("report", "procurator", {"answer": "Prosecuted"})],
        "WITHDRAWN": [("withdraw", "antismuggling.officer", {"ending_reason": "Not yet"})],
    }
    return to_state(cast, made, state, paths)


@story
def conversion(cast: Any, state: str = "DRAFT_REPORT", origin: Proceeding | None = None, **rest: Any) -> Referral:
    """The anti-smuggling bureau turns an administrative matter into a criminal one, walked to `state`."""
    inside = origin or bureau_proceeding(cast)
    values = {"ground": "to_criminal", "offence": "SMUG_PROHIBITED", "title": "Conversion", "report": "Above the line"}
    who = {"team": [cast["antismuggling.officer"].id, cast["antismuggling.lead"].id]}
    made = act(cast, "antismuggling.officer", convert, inside.case, origin=str(inside.pk), **values | who | rest)
    submitted = ("submit", "antismuggling.officer", {})
    number = {"external_number": f"缉立字〔2026〕{serial()}号"}
    approval = ("file", number) if made.ground == "to_criminal" else ("take_back", {})
    paths = {
        "HEAD_DECISION": [submitted],
        "CONVERTED": [submitted, (approval[0], "antismuggling.head", approval[1])],
        "REFUSED_INTERNAL": [submitted, ("refuse", "antismuggling.head", {"ending_reason": "Below the line"})],
        "WITHDRAWN": [("withdraw", "antismuggling.officer", {"ending_reason": "Not yet"})],
    }
    return to_state(cast, made, state, paths)
