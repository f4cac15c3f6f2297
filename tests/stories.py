"""Builders of test data. They use the same actions as officers."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.confirmations.actions import declare_sign_in
from agencies.confirmations.models import Confirmation
from agencies.duty.actions import Entry, enter_absence, enter_shift
from agencies.duty.actions import write_note as write_shift_note
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event, ProxyStep
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.actions import add_party, stream_of
from cases.casefile.models import Case
from cases.clocks.actions import store_due_times
from cases.clocks.models import Clock
from cases.custody.actions import take_goods
from cases.custody.models import GoodsLot
from cases.files.actions import attach_file
from cases.files.models import Attachment
from cases.intake.actions import promote_lead, receive_lead
from cases.intake.models import Lead
from cases.papers.actions import add_paper
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.actions import add_line, open_proceeding
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from cases.proceedings.persons import add_suspect, move_suspect
from cases.proceedings.properties import order_measure
from cases.proceedings.workflow import SUSPECT
from cases.rulechanges.actions import draft_change, propose
from cases.rulechanges.models import RuleChange
from cases.sharing.actions import share_case
from cases.watchlists.actions import import_listings
from cases.watchlists.models import Listing
from cases.watchlists.spreadsheet import changes, changes_digest, read_rows
from coordination.actions.performing import perform
from coordination.automation.routing.actions import draft_rule_set
from coordination.automation.routing.models import RuleSet
from coordination.documents.actions import draft_paper
from coordination.exchange.conferences.actions import call_conference
from coordination.exchange.conferences.models import Conference
from coordination.exchange.confidential.actions import draft_confidential_letter, name_people
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.models import Correction
from coordination.exchange.instructions.actions import CASE_ACTIONS as LETTERS
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.notes.actions import write_note
from coordination.exchange.notes.models import Note
from coordination.exchange.opinions.actions import ask_opinions
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.referrals.actions import (
    convert,
    draft_transfer,
    enquire_identity,
    give_notice,
    give_opinion,
    request_assistance,
    return_matter,
    send_copy,
    transfer_eco_lead,
    transfer_lead,
    transfer_matter,
)
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.actions import send_letter, settle_letters
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task
from coordination.insight.read_log.models import ReadAlert
from coordination.lists.saved_views.actions import save_view
from coordination.lists.saved_views.models import SavedView
from coordination.tooling.demo.scans import scan as drawn_scan

from .kept_stories import story

PASSWORD = "correct horse battery staple"
NO_CRIME = {"no_crime_ground": "unproven", "reason": "Nothing was found"}  # a ground for concluding without proceeding
_serial = itertools.count(1001)  # as long as the numbers that people search for


def serial() -> int:
    return next(_serial)


def content(**changes: Any) -> dict[str, Any]:
    """A full report in the validated shape of the contract."""
    values = {
        "source_system": "RISK",
        "source_ref": f"R-{serial()}",
        "report_type": "targeting",
        "title": "Antimony ingots declared as zinc",
        "narrative": "Density does not fit the declared goods.",
        "severity": "high",
        "handling_code": "H1",
        "parties": [
            {
                "role": "exporter",
                "kind": "company",
                "name": "Example Metals Ltd",
                "country": "CHN",
                "identifiers": [{"scheme": "USCC", "value": "91110000600037341L"}],
            }
        ],
        "items": [{"description": "锑锭", "declared_as": "锌锭", "hs_code": "8110101000", "net_weight_kg": "25000"}],
        "shipments": [{"declaration_no": "220020260000000001", "customs_district": "2200", "route": ["CHN", "VNM"]}],
        "techniques": ["MISNAME"],
    }
    return {**values, **changes}


@story
def lead(cast: Any, by: str = "customs.officer", **changes: Any) -> Lead:
    actor = cast[by]
    received, _ = receive_lead(content(**changes), actor=actor, agency=Agency.objects.get(pk=actor.agency_id))
    return received


@story
def case(
    cast: Any, by: str = "customs.officer", *, handling: str = "H1", title: str = "Antimony case", **changes: Any
) -> Case:
    """A case that `by`'s agency leads."""
    moved = promote_lead(lead(cast, by, **changes), actor=cast[by], title=title, handling=handling)
    made = moved.thing.case
    assert made is not None
    return Case.objects.get(pk=made.pk)


@story
def shared_case(cast: Any, agency: str = "MOFCOM_SCB", profile: str = "full", **rest: Any) -> Case:
    made = case(cast, **rest)
    share_case(made, actor=cast["customs.lead"], agency=agency, profile=profile, reason="joint work")
    return Case.objects.get(pk=made.pk)


LISTED = (
    "watch_list,code,name_zh,name_en,aliases,identifiers,country,document,document_date,effective_from,effective_to"
)


@story
def listing(cast: Any, *rows: str, by: str = "commerce.lead") -> Listing:
    """The first of the entries that these CSV rows add to a watch list; by default a new one."""
    lines = rows or (f"control,T-{serial()},示例名单公司,Example Listed Co,,,JPN,示例公告,2025-02-24,2025-02-24,",)
    values = read_rows("\n".join([LISTED, *lines]))
    return import_listings(values, actor=cast[by], seen=changes_digest(changes(values)))[0]


@story
def rule_set(cast: Any, state: str = "DRAFT", *rows: str, by: str = "customs.lead") -> RuleSet:
    """A version of customs' routing rules; `rows` are its CSV rows, by default one that matches everything."""
    made = draft_rule_set(actor=cast[by])
    header = "tier,position,unit,mode,priority,officers,kinds,violation_types,materials,districts,destinations,"
    amounts = "severities,value_from,value_below,weight_from,weight_below,starts_on,ends_on,note"
    text = "\n".join([header + amounts, *(rows or ["1,10,GACC_RISK"])])
    walk(cast, made, [("import_rules", by, {"rows": text})])
    if state != "DRAFT":
        walk(cast, made, [("publish", by, {})])
    assert made.state == state
    return made


@story
def rule_change(cast: Any, *rows: str) -> RuleChange:
    """A draft that changes the control law; `rows` are CSV rows of military terms, by default an invented one."""
    text = "\n".join(["language,term", *(rows or ["en,invented corps"])])
    table = "control_military_terms"
    seen = propose(table, text).digest
    return draft_change(actor=cast["sysadmin"], table=table, text=text, grounds="Invented change", seen=seen)


@story
def roster(cast: Any) -> dict[str, Any]:
    """A running shift of the customs officer, its note, and the absence of a colleague."""
    now, person = timezone.now(), cast.user("customs.officer")
    entry = Entry(Agency.objects.get(code="GACC_RISK"), person, now - timedelta(hours=1), now + timedelta(hours=23))
    shift = enter_shift(entry, actor=cast["customs.lead"])
    today = timezone.localdate()
    return {
        "duty": shift,
        "shift-note": write_shift_note(shift, actor=cast["customs.officer"], text="Two calls about the antimony case."),
        "absence": enter_absence(
            cast.user("customs.legal"), actor=cast["customs.lead"], since=today, until=today, deputy=person
        ),
    }


@story
def saved_view(cast: Any, by: str = "customs.officer") -> SavedView:
    """A view of the reader's open tasks, for the whole agency."""
    return save_view(
        actor=cast[by], list_name="tasks", name="On my desk", query="mine=1&open=1", chosen={}, audience="agency"
    )


def scan(words: str = "scanned") -> SimpleUploadedFile:
    """A PDF of one page."""
    return SimpleUploadedFile("scan.pdf", drawn_scan(words).read(), "application/pdf")


def incoming(
    cast: Any, state: str = "KEPT", matter: Case | None = None, *, by: str = "customs.officer", **changes: Any
) -> IncomingPaper:
    """A paper of the procuratorate that customs recorded on a case. It is no `story`, because a sweep of orphans in
    another test would delete its file."""
    values = {"agency": "SPP", "number": f"检函〔2026〕{serial()}号", "title": "Opinion on the evidence"}
    made = add_paper(
        matter or case(cast),
        actor=cast[by],
        **{**values, "dated": timezone.localdate(), "file": scan(), "shared": state == "SHARED", **changes},
    )
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", "customs.lead", {"reason": "wrong case"})])
    return made


def attachment(
    cast: Any, audience: str = "agency", matter: Case | None = None, *, by: str = "customs.officer", **rest: Any
) -> Attachment:
    """A file of customs on a case. It is no `story`, as with `incoming`."""
    file = rest.pop("file", None) or scan(f"page {serial()}")
    return attach_file(matter or case(cast), actor=cast[by], audience=audience, file=file, **rest)


@story
def paper(cast: Any, state: str = "DRAFT", about: Any = None, form: str = "TRF_LETTER") -> Paper:
    """A paper of customs, by default the letter of an approved transfer."""
    made = paper_of(cast, "customs.officer", about or transfer(cast, "APPROVED"), form)
    if state != "DRAFT":
        walk(cast, made, [("issue", "customs.head", {})])
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", "customs.head", {"reason": "wrong addressee"})])
    assert made.state == state
    return made


@story
def paper_of(cast: Any, who: str, about: Any, form: str) -> Paper:
    return draft_paper(about, resource_of(about).workflow_of(about), actor=cast[who], form=form)


@story
def proceeding(cast: Any, state: str = "VERIFY", matter: Case | None = None) -> Proceeding:
    """A customs proceeding walked to VERIFY, FILED_ADM or INVESTIGATE."""
    made = open_proceeding(matter or case(cast), actor=cast["customs.officer"], kind="customs")
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "FILED_ADM": ("file", "customs.lead", {"external_number": f"沪关缉违字〔2026〕{serial()}号"}),
        "INVESTIGATE": ("investigate", "customs.officer", {"team": team(cast)}),
    }
    for to, (verb, who, given) in steps.items():
        if made.state == state:
            break
        walk(cast, made, [(verb, who, given)])
        assert made.state == to
    return made


@story
def team(cast: Any) -> list[str]:
    """Two officers of customs who handle a matter."""
    return [cast["customs.officer"].id, cast["customs.lead"].id]


def notice(**changes: Any) -> dict[str, Any]:
    """The content of a pre-penalty notice."""
    values = {"facts": "Exported without a licence.", "basis": "Export Control Law art. 34(1)", "proposed": "A fine"}
    return {**values, **changes}


@story
def decision(cast: Any, within: Proceeding | None = None) -> Decision:
    """One party's open decision in a customs investigation."""
    inside = within or proceeding(cast, "INVESTIGATE")
    party = inside.case.parties.first()
    assert party is not None
    add_line(inside, actor=cast["customs.officer"], party=str(party.pk))
    return Decision.objects.get(proceeding=inside)


# Why a transfer of a story goes without the papers of its checklist.
ON_PAPER = {"incomplete_because": "The papers are on the paper file."}


@story
def transfer(cast: Any, state: str = "DRAFT_REPORT", matter: Case | None = None) -> Referral:
    """A criminal transfer from customs to the anti-smuggling bureau, walked to `state`."""
    made = draft_transfer(
        matter or case(cast),
        actor=cast["customs.officer"],
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


@story
def criminal(cast: Any) -> Proceeding:
    """The criminal proceeding that filing a transfer opened."""
    opened = transfer(cast, "FILED").proceeding
    assert opened is not None
    return opened


@story
def noticed(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The decision of a party that got its pre-penalty notice, by default with a hearing offered."""
    line = decision(cast, within)
    walk(cast, line, [("notify", "customs.officer", notice(**changes))])
    return line


ASSESSED = {"assessed": "administrative", "reason": "Declared truthfully; nothing was hidden."}


@story
def reviewed(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """The decision of a party that waived its hearing: the responsible person may decide if no review is required."""
    line = noticed(cast, within, **changes)
    walk(cast, line, [("assess_transfer", "customs.officer", ASSESSED)])
    walk(cast, line, [("waive_hearing", "customs.officer", {})])
    return line


@story
def decided(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    """One party with a fine of 300,000 CNY, decided."""
    line = reviewed(cast, within)
    values = {
        "decision_number": f"沪关缉违字〔2026〕{serial()}号",
        "fine_cny": "300000",
        "penalties": ["fine"],
        **changes,
    }
    walk(cast, line, [("decide", "customs.head", values)])
    return line


@story
def served(cast: Any, within: Proceeding | None = None, **changes: Any) -> Decision:
    line = decided(cast, within, **changes)
    walk(cast, line, [("serve", "customs.officer", {"service": "on_the_spot"})])
    return line


@story
def suspect(cast: Any, within: Proceeding | None = None, *, kind: str = "person", **given: Any) -> Suspect:
    """A person (or a company) whom the anti-smuggling bureau suspects."""
    inside, police = within or criminal(cast), cast["antismuggling.officer"]
    name = f"Suspect {serial()}"
    add_party(inside.case, actor=police, name=name, kind=kind, role="suspect")
    add_suspect(inside, actor=police, party=str(inside.case.parties.get(name=name).pk), **given)
    return Suspect.objects.get(proceeding=inside, party__name=name)


@story
def measure(cast: Any, line: Suspect, verb: str = "detain", **given: Any) -> Measure:
    """The measure that a verb imposes on a suspect."""
    suspect_walk(cast, line, (verb, given))
    imposed: Measure = line.measures.order_by("-created_at")[0]
    return imposed


@story
def arrested(cast: Any, line: Suspect) -> Measure:
    """The arrest of a suspect after detention, request and approval."""
    suspect_walk(cast, line, ("detain", {}), ("request_arrest", {}), ("approve_arrest", {}))
    return measure(cast, line, "arrest")


@story
def assistance(
    cast: Any, state: str = "DRAFT", kind: str = "assistance", matter: Case | None = None, **given: Any
) -> Referral:
    """A request of customs to the commerce bureau (or, kind="lead_transfer", a lead for it)."""
    make = request_assistance if kind == "assistance" else transfer_lead
    made = make(
        matter or case(cast),
        actor=cast["customs.officer"],
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
def correction(cast: Any, kind: str = "annul", of: Any = None, verb: str = "conclude", **given: Any) -> Correction:
    """The customs officer's proposal to correct an event of customs, by default the conclusion of a case."""
    thing = of or concluded(cast)
    event = Event.objects.filter(object_id=thing.pk, verb=verb).latest("id")
    values = {"paper": "更正〔2026〕1号", "reason": "typed wrong", **given}
    return propose_correction(event, actor=cast["customs.officer"], kind=kind, **values)


@story
def concluded(cast: Any) -> Case:
    made = case(cast)
    Case.objects.filter(pk=made.pk).update(state_since=timezone.now() - timedelta(days=1))
    walk(cast, made, [("conclude", "customs.lead", {"outcome": "Nothing found", **NO_CRIME})])
    return made


@story
def recorded_step(cast: Any, verb: str = "accept") -> ProxyStep:
    """The commerce bureau's acceptance of a request, recorded by customs while the bureau did not sign in."""
    made = assistance(cast, "SENT")
    commerce = Agency.objects.filter(code="MOFCOM_SCB")
    commerce.update(signs_in=False)
    paper = incoming(cast, matter=made.case, agency="MOFCOM_SCB")
    walk(cast, made, [("accept", "customs.officer", {"paper": str(paper.pk)})])
    commerce.update(signs_in=True)
    return ProxyStep.objects.get(event__object_id=made.pk, event__verb=verb)


@story
def to_state(
    cast: Any, made: Referral, state: str, paths: dict[str, list[tuple[str, str, dict[str, Any]]]]
) -> Referral:
    """Performs the steps from a draft to `state`."""
    walk(cast, made, paths.get(state, []))
    assert made.state == state
    return made


@story
def letter(cast: Any, state: str = "DRAFT", kind: str = "notice", matter: Case | None = None, **rest: Any) -> Referral:
    """A notice of customs to the commerce bureau (or, kind="copy", a copy for the procuratorate)."""
    make, receiver, reader = (
        (give_notice, "MOFCOM_SCB", "commerce.officer") if kind == "notice" else (send_copy, "SPP", "procurator")
    )
    values = {"receiver": receiver, "title": "On antimony", "report": "Prices have moved."}
    made = make(matter or case(cast), actor=cast["customs.officer"], **values | rest)
    sent = ("send", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "READ": [sent, ("acknowledge", reader, {})],
        "WITHDRAWN": [sent, ("withdraw", "customs.officer", {"ending_reason": "Wrong agency"})],
    }
    return to_state(cast, made, state, paths)


@story
def confidential(cast: Any, state: str = "HEAD_DECISION", matter: Case | None = None) -> ConfidentialLetter:
    """A confidential letter by the customs officer to the head of customs and a procurator, walked to `state`."""
    values = {"addressee": "驻署纪检监察组", "official": "某关员", "facts": "He let the containers pass."}
    made = draft_confidential_letter(matter or case(cast), actor=cast["customs.officer"], **values)
    name_people(made, actor=cast["customs.officer"], people=[cast["procurator"].id], reason="theirs to receive")
    submitted = ("submit", "customs.officer", {"to": cast["customs.head"].id})
    approved = [submitted, ("approve", "customs.head", {})]
    sent = [*approved, ("send", "customs.officer", {"number": f"密〔2026〕{serial()}号"})]
    received = [*sent, ("receive", "procurator", {})]
    walks: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "HEAD_DECISION": [submitted],
        "REFUSED": [submitted, ("refuse", "customs.head", {"ending_reason": "Hearsay"})],
        "APPROVED": approved,
        "SENT": sent,
        "RECEIVED": received,
        "ANSWERED": [*received, ("answer", "procurator", {"result": "Filed"})],
        "WITHDRAWN": [("withdraw", "customs.officer", {"ending_reason": "Cleared up"})],
    }
    walk(cast, made, walks[state])
    assert made.state == state
    return made


@story
def eco_lead(cast: Any, state: str = "DRAFT", matter: Case | None = None) -> Referral:
    """A lead of customs to the economic-crime police."""
    values = {"receiver": "MPS_ECID", "title": "Trade in licences", "report": "Forty-three blank papers with seals."}
    made = transfer_eco_lead(matter or case(cast), actor=cast["customs.officer"], **values)
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
    made = enquire_identity(inside, actor=cast["antismuggling.officer"], **values)
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
    made = transfer_matter(
        origin.case, actor=cast["customs.officer"], receiver="MOFCOM_SCB", origin=str(origin.pk),
        title="Export without qualification", report="No smuggling: a licence matter.", enclosures="File of 40 pages",
    )  # fmt: skip
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
def let_go(cast: Any, inside: Proceeding, verb: str = "drop") -> Suspect:
    """A suspect whose case in the criminal proceeding has ended."""
    line = suspect(cast, inside)
    given = {"reason": "no crime"}
    if verb == "not_prosecute":
        walk(cast, inside, [("prosecute_opinion", "antismuggling.lead", {})])
        given["nonprosecution"] = "statutory"
    suspect_walk(cast, line, (verb, given))
    return line


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
    made = return_matter(origin.case, actor=cast["antismuggling.officer"], **values | who | rest)
    sent, back = ("send", "antismuggling.lead", {}), ("accept", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "RESUMED": [sent, back],
        "REPORTED": [sent, back, ("report", "customs.officer", {"answer": "Fined 40,000"})],
        "WITHDRAWN": [sent, ("withdraw", "antismuggling.officer", {"ending_reason": "New evidence"})],
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
    made = give_opinion(matter_of, actor=cast["procurator"], parties=[str(line.party_id)], **values)
    sent, back = ("send", "procurator", {}), ("accept", "customs.officer", {})
    paths = {
        "SENT": [sent],
        "RESUMED": [sent, back],
        "REPORTED": [sent, back, ("report", "customs.officer", {"answer": "Fined 40,000"})],
        "WITHDRAWN": [sent, ("withdraw", "procurator", {"ending_reason": "Changed"})],
    }
    return to_state(cast, made, state, paths)


@story
def bureau_proceeding(cast: Any) -> Proceeding:
    """A customs proceeding of the anti-smuggling bureau itself, under investigation."""
    made = open_proceeding(case(cast, "antismuggling.officer"), actor=cast["antismuggling.officer"], kind="customs")
    number = {"external_number": f"缉违字〔2026〕{serial()}号"}
    walk(cast, made, [("file", "antismuggling.lead", number), ("investigate", "antismuggling.officer", {})])
    return made


@story
def conversion(cast: Any, state: str = "DRAFT_REPORT", origin: Proceeding | None = None, **rest: Any) -> Referral:
    """The anti-smuggling bureau turns an administrative matter into a criminal one, walked to `state`."""
    inside = origin or bureau_proceeding(cast)
    values = {"ground": "to_criminal", "offence": "SMUG_PROHIBITED", "title": "Conversion", "report": "Above the line"}
    who = {"team": [cast["antismuggling.officer"].id, cast["antismuggling.lead"].id]}
    made = convert(inside.case, actor=cast["antismuggling.officer"], origin=str(inside.pk), **values | who | rest)
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


@story
def task(cast: Any, state: str = "OPEN", matter: Case | None = None) -> Task:
    """A task that customs assigns to the commerce bureau."""
    made = ask_task(
        matter or shared_case(cast), actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check licences"
    )
    taken = ("accept", "commerce.officer", {"claim": True})
    steps: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "OPEN": [("accept", "commerce.officer", {})],
        "CLAIMED": [taken],
        "DONE": [taken, ("complete", "commerce.officer", {"result": "None found"})],
        "DECLINED": [("decline", "commerce.lead", {"reason": "Not ours"})],
        "CANCELLED": [("cancel", "customs.officer", {"reason": "Moot"})],
    }
    walk(cast, made, steps.get(state, []))
    return made


@story
def instruction(
    cast: Any, state: str = "DRAFT", kind: str = "instruct", matter: Case | None = None, **rest: Any
) -> Instruction:
    """A letter of customs to its anti-smuggling bureau (kind="ask_up": of the bureau to customs), walked to `state`."""
    up = kind == "ask_up"
    inside = matter or case(cast, "antismuggling.officer" if up else "customs.officer")
    values: dict[str, Any] = {
        "receiver": "GACC" if up else "GACC_ASB",
        "title": "Who handles the antimony?",
        "text": "The goods lie in two districts.",
        "due_at": timezone.now() + timedelta(days=5),
    }
    if kind == "take_up":
        share_case(inside, actor=cast["customs.officer"], agency="GACC_ASB", profile="full", reason="theirs")
        values["origin"] = str(open_proceeding(inside, actor=cast["antismuggling.officer"], kind="customs").pk)
        del values["receiver"]
    writer, reader = ("antismuggling", "customs") if up else ("customs", "antismuggling")
    made = LETTERS[kind](inside, actor=cast[f"{writer}.officer"], **values | rest)
    by_office = kind in ("instruct", "designate", "take_up")
    sent = ("issue", f"{writer}.head", {}) if by_office else ("send", f"{writer}.lead", {})
    received = [sent, ("receive", f"{reader}.officer", {})]
    report = "hand_up" if kind == "take_up" else "report"
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "HEAD_DECISION": [("submit", f"{writer}.officer", {})],
        "SENT": [sent],
        "RECEIVED": received,
        "OBJECTED": [sent, ("object", f"{reader}.lead", {"objection": "Not within our district"})],
        "REPORTED": [*received, (report, f"{reader}.officer", {"answer": "Two containers opened"})],
        "RETURNED": [sent, ("return", f"{reader}.officer", {"reason": "Which districts?"})],
        "AGREED": [*received, ("agree", f"{reader}.lead", {"answer": "As you propose"})],
    }
    walk(cast, made, paths[state])
    assert made.state == state
    return made


@story
def conference(cast: Any, state: str = "CALLED", matter: Case | None = None, **rest: Any) -> Conference:
    """A conference of customs with the commerce bureau, which shares the case, walked to `state`."""
    values = {
        "title": "Release of the goods",
        "agenda": "Who weighs them",
        "starts_at": timezone.now() + timedelta(days=2),
    }
    made = call_conference(
        matter or shared_case(cast), actor=cast["customs.officer"], **{"desks": ["MOFCOM_SCB"], **values, **rest}
    )
    if state != "CALLED":
        begin(made)
        walk(cast, made, [("write_minutes", "customs.officer", {"text": "Weighed on Monday."})])
    if state == "CONFIRMED":
        walk(cast, made, [("confirm", "commerce.officer", {})])
    assert made.state == state
    return made


def begin(conference: Conference) -> None:
    """Sets the start of the conference to five minutes ago."""
    type(conference).objects.filter(pk=conference.pk).update(starts_at=timezone.now() - timedelta(minutes=5))
    conference.refresh_from_db()


@story
def opinion_round(cast: Any, matter: Case | None = None, **rest: Any) -> OpinionRound:
    """A request of customs for the opinion of the commerce bureau, which shares the case."""
    values = {"agencies": ["MOFCOM_SCB"], "title": "May the goods be released?", "text": "No licence was found."}
    return ask_opinions(matter or shared_case(cast), actor=cast["customs.officer"], **values | rest)


@story
def agency_opinion(cast: Any, state: str = "ASKED", matter: Case | None = None, **answers: Any) -> Opinion:
    """The commerce bureau's opinion in such a round, walked to `state`; `answers` are those of each level."""
    made = opinion_round(cast, matter).opinions.get()
    values = {"stance": "concur", **answers}
    draft, review = ("draft", "commerce.officer", values), ("review", "commerce.lead", values)
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "ASKED": [],
        "WITH_LEAD": [draft],
        "WITH_HEAD": [draft, review],
        "GIVEN": [draft, review, ("give", "commerce.head", values)],
    }
    walk(cast, made, paths[state])
    assert made.state == state
    return made


@story
def late_task(cast: Any, days: int = 2, matter: Case | None = None, state: str = "CLAIMED") -> Task:
    """A task of the commerce bureau for customs, overdue by `days`."""
    made = task(cast, state, matter)
    Task.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Task.objects.get(pk=made.pk)


@story
def late_instruction(cast: Any, days: int = 2, **rest: Any) -> Instruction:
    """A received instruction of customs to its anti-smuggling bureau, overdue by `days`."""
    made = instruction(cast, "RECEIVED", **rest)
    Instruction.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Instruction.objects.get(pk=made.pk)


@story
def late_opinion(cast: Any, days: int = 2, matter: Case | None = None) -> Opinion:
    """The commerce bureau's opinion for customs, overdue by `days`."""
    made = agency_opinion(cast, matter=matter)
    Opinion.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Opinion.objects.get(pk=made.pk)


@story
def late_conference(cast: Any, days: int = 2, matter: Case | None = None) -> Conference:
    """A conference that began `days` ago and has neither minutes nor a cancellation."""
    made = conference(cast, matter=matter)
    Conference.objects.filter(pk=made.pk).update(starts_at=timezone.now() - timedelta(days=days))
    return Conference.objects.get(pk=made.pk)


def late_clock(about: Any, rule: str, days: int = 2) -> Clock:
    """The clock of this rule about an object, overdue by `days`."""
    running = Clock.objects.about(about).get(rule__code=rule)
    over = timezone.now() - timedelta(days=days)
    Clock.objects.filter(pk=running.pk).update(started_at=over - timedelta(days=30), due_at=over, breach_at=over)
    with atomic():
        store_due_times(about, running.case_id)
    return Clock.objects.get(pk=running.pk)


@story
def reminder(cast: Any, state: str = "SENT", about: Task | None = None, *, by: str = "centre.coordinator") -> Reminder:
    """A letter of the centre to the commerce bureau about a late task, walked to `state`."""
    late = about or late_task(cast)
    made = send_letter([f"task:{late.pk}"], actor=cast[by])
    answered = ("answer", "commerce.officer", {"answer": "The file is with the archive.", "expected_on": tomorrow()})
    office = {"office_paper": f"协调办〔2026〕{serial()}号"}
    walks: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "SENT": [],
        "ANSWERED": [answered],
        "OFFICE": [("take_to_office", "centre.coordinator", office)],
        "WITHDRAWN": [("withdraw", by, {"reason": "sent in error"})],
        "CLOSED": [],
    }
    if state == "OFFICE":
        passed = timezone.now() - timedelta(hours=1)
        Reminder.objects.filter(pk=made.pk).update(due_at=passed, breach_at=passed)
    walk(cast, made, walks[state])
    if state == "CLOSED":
        Task.objects.filter(pk=late.pk).update(due_at=timezone.now() + timedelta(days=1))
        settle_letters()
    made.refresh_from_db()
    assert made.state == state
    return made


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


@story
def note(
    cast: Any, audience: str = "agency", matter: Case | None = None, *, by: str = "customs.officer", **rest: Any
) -> Note:
    """A note of customs, by default for its own agency."""
    values = {"text": "Rang the forwarder: he knows of no zinc.", **rest}
    return write_note(matter or case(cast), actor=cast[by], audience=audience, **values)


def read_alert(cast: Any, by: str = "customs.officer") -> ReadAlert:
    """An alert for the auditor: a person read many objects within an hour."""
    kind, since = ReadAlert.Kind.VOLUME, timezone.now()
    return ReadAlert.objects.create(kind=kind, actor_kind="user", actor_id=cast[by].id, since=since, reads=400)


def with_paper(given: dict[str, Any]) -> dict[str, Any]:
    """Adds the paper that a backdated step requires."""
    return {"paper": "记录〔2026〕1号", **given} if "happened_at" in given else given


@story
def lot(cast: Any, matter: Case | None = None, **changes: Any) -> GoodsLot:
    """24 t of antimony that customs took into custody, in a case shared with the commerce bureau."""
    values = {"description": "锑锭", "quantity": Decimal(24_000), "unit": "kg", "location": "Shekou warehouse 3"}
    return take_goods(
        matter or shared_case(cast), actor=cast["customs.officer"], paper=f"goods list {serial()}", **values | changes
    )


@story
def property_measure(cast: Any, within: Proceeding | None = None, **changes: Any) -> PropertyMeasure:
    """A detention of two lots in a proceeding of customs."""
    inside = within or proceeding(cast, "INVESTIGATE", shared_case(cast))
    values = {
        "measure": "detention",
        "authority": "Head of the customs house",
        "paper": f"扣留凭单{serial()}号",
        "reason": "evidence",
    }
    if "lots" not in changes and "subject" not in changes:
        values["lots"] = [str(lot(cast, inside.case).pk) for _ in range(2)]
    return order_measure(inside, actor=cast[changes.pop("by", "customs.officer")], **values | changes)


@story
def walk(cast: Any, thing: Any, steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Performs (verb, who, answers) in order and refreshes the object after each."""
    resource = next(n for n in RESOURCES.values() if isinstance(thing, n.model))
    for verb, who, given in steps:
        resource.actions_of(thing)[verb](thing, actor=cast[who], **with_paper(given))
        thing.refresh_from_db()


def received(cast: Any, referral: Referral) -> None:
    """The addressee confirms that it received the notice of the referral."""
    people = {"GACC": "customs.officer", "GACC_ASB": "antismuggling.officer", "SPP": "procurator"}
    walk(cast, referral, [("confirm_receipt", people[referral.notice_to.code], {})])


def declared(cast: Any, signs_in: bool = False, by: str = "customs.admin", code: str = "GACC") -> Confirmation:
    """An unconfirmed request to declare that an agency no longer signs in from today on."""
    return declare_sign_in(
        Agency.objects.get(code=code), actor=cast[by], signs_in=signs_in, paper=f"函〔2026〕{serial()}号",
        starts_on=timezone.localdate(),
    )  # fmt: skip


def joins_team(cast: Any, thing: Any, who: str, kind: str) -> None:
    """Adds a person to the team of a proceeding or report, with the event that the journal requires."""
    person = cast.user(who)
    with atomic():
        thing.team.add(person)
        record_event(
            stream_of(thing.case_id), actor=cast[who], action=Action("pass_on", kind, thing.pk),
            audience=Audience("own"), involves=[person.pk],
        )  # fmt: skip


def seconded(
    cast: Any, thing: Any, verb: str, *, by: str = "customs.lead", second: str = "customs.officer", **given: Any
) -> Confirmation:
    """A step of an absent agency that needs a lead: the lead requests it, and a second person confirms it."""
    requested: Confirmation = perform(resource_of(thing), cast[by], thing, verb, given, strict=True).created
    perform(RESOURCES["confirmations"], cast[second], requested, "confirm", {}, strict=True)
    thing.refresh_from_db()
    return requested


@story
def judged(cast: Any, inside: Proceeding) -> None:
    """Walks a criminal proceeding to its first judgment."""
    steps = [("prosecute_opinion", "antismuggling.lead", {}), ("prosecute", "antismuggling.officer", {})]
    walk(cast, inside, [*steps, ("judge", "antismuggling.officer", {"outcome_reason": "Judged"})])


@story
def suspect_walk(cast: Any, line: Suspect, *verbs: tuple[str, dict[str, Any]]) -> None:
    """Performs verbs of a suspect, with default values for required fields."""
    usual = {"paper": f"沪公〔2026〕{serial()}号", "reason": "as the law asks"}
    for verb, given in verbs:
        defaults = {field.name: usual[field.name] for field in SUSPECT.transitions[verb].fields if field.name in usual}
        move_suspect(line, verb, actor=cast["antismuggling.lead"], **with_paper(defaults | given))
        line.refresh_from_db()
