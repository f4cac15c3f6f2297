"""Criminal transfers, and their supervision by the procuratorate."""

from typing import Any

from cases.casefile.models import Case
from coordination.exchange.referrals.actions import draft_transfer
from coordination.exchange.referrals.models import Referral

from ..kept_stories import story
from .basics import act, serial, walk
from .casefile import case

# Why a transfer of a story goes without the papers of its checklist.
ON_PAPER = {"incomplete_because": "The papers are on the paper file."}


@story
def transfer(cast: Any, state: str = "DRAFT_REPORT", matter: Case | None = None) -> Referral:
    """A criminal transfer from customs to the anti-smuggling bureau, walked to `state`."""
    made = act(
        cast,
        "customs.officer",
        draft_transfer,
        matter or case(cast),
        receiver="GACC_ASB",
        offence="SMUG_PROHIBITED",
        title="Transfer of suspected smuggling",
        report="Facts, evidence, basis.",
        team=[cast["customs.officer"].id, cast["customs.lead"].id],
    )
    path: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT_REPORT": [],
        "HEAD_DECISION": [("submit", "customs.officer", {})],
        "APPROVED": [("approve", "customs.head", ON_PAPER)],
        "DELIVERED": [("deliver", "customs.officer", {})],
        "ACCEPTED": [("accept", "antismuggling.officer", {})],
    }
    not_filed = [("not_file", "antismuggling.head", {"ending_reason": "No crime"})]
    disowned = ("disown", "antismuggling.head", {"reason": "No smuggling in it"})
    back = {"competent": "MOFCOM_SCB", "ending_reason": "A matter of licences"}
    asked = ("ask_reconsideration", "customs.officer", {"letter": "There was a false declaration"})
    suggested = ("suggest_supervision", "customs.officer", {"procuratorate": "SPP", "grounds": "There was a crime"})
    ends: dict[str, tuple[str, list[tuple[str, str, dict[str, Any]]]]] = {
        "SUPPLEMENT": ("ACCEPTED", [("ask_supplement", "antismuggling.officer", {"asked_papers": "Test report"})]),
        "FILED": ("ACCEPTED", [("file", "antismuggling.head", {"external_number": f"海缉立〔2026〕{serial()}号"})]),
        "NOT_FILED": ("ACCEPTED", not_filed),
        "NOT_OURS": ("ACCEPTED", [disowned]),
        "OUT_OF_SCOPE": ("ACCEPTED", [disowned, ("send_back", "antismuggling.officer", back)]),
        "RECONSIDERATION": ("ACCEPTED", [*not_filed, asked]),
        "UPHELD": ("ACCEPTED", [*not_filed, asked, ("uphold", "antismuggling.deputy", {"letter": "Nothing new"})]),
        "SUPERVISED": ("ACCEPTED", [*not_filed, suggested]),
        "NOT_FILED_FINAL": ("ACCEPTED", [*not_filed, ("accept_non_filing", "customs.officer", {})]),
        "REFUSED_INTERNAL": ("HEAD_DECISION", [("refuse", "customs.head", {"ending_reason": "Not a crime"})]),
        "WITHDRAWN": ("DELIVERED", [("call_off", "customs.head", {"ending_reason": "Sent in error"})]),
    }
    until, last = ends.get(state, (state, []))
    for reached, steps in path.items():
        walk(cast, made, steps)
        if reached == until:
            break
    walk(cast, made, last)
    assert made.state == state
    return made


@story
def supervision(cast: Any, state: str = "SUGGESTED", matter: Case | None = None) -> Referral:
    """Supervision of the filing that the anti-smuggling bureau declined, walked to `state`."""
    made = transfer(cast, "SUPERVISED", matter).followed_by.get()
    asked = [("ask_reasons", "procurator", {"letter": "Say why you did not file"})]
    explained = [*asked, ("explain", "antismuggling.officer", {"letter": "There was no intent"})]
    stand = [*explained, ("uphold_reasons", "procurator", {"letter": "No intent is proven"})]
    ordered = [*explained, ("order_filing", "procurator.head", {"letter": "File the case"})]
    number = {"external_number": f"海缉立〔2026〕{serial()}号"}
    walks: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "SUGGESTED": [],
        "REASONS_ASKED": asked,
        "EXPLAINED": explained,
        "REASONS_STAND": stand,
        "REASONS_TOLD": [*stand, ("tell_agency", "procurator", {})],
        "ORDERED": ordered,
        "ORDER_OBEYED": [*ordered, ("obey", "antismuggling.head", number)],
        "DECLINED": [("dismiss", "procurator", {"ending_reason": "Not for us"})],
        "WITHDRAWN": [("withdraw", "customs.officer", {"ending_reason": "We accept it"})],
    }
    walk(cast, made, walks[state])
    assert made.state == state
    return made


def received(cast: Any, referral: Referral) -> None:
    """The addressee confirms that it received the notice of the referral."""
    people = {"GACC": "customs.officer", "GACC_ASB": "antismuggling.officer", "SPP": "procurator"}
    walk(cast, referral, [("confirm_receipt", people[referral.notice_to.code], {})])
