"""Training courses: a prepared matter for each role, and the steps of its ordinary day.

A course is data. Completion is read from the matter itself, so any way of doing a step counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from agencies.kernel.actor import Actor, Role
from agencies.kernel.texts import Text
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Measure, Proceeding, Suspect
from coordination.exchange.notes.models import Note
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

SOURCE = "TRAINING"
CUSTOMS, CUSTOMS_LEAD, CUSTOMS_HEAD = "customs.officer", "customs.lead", "customs.head"
POLICE, POLICE_HEAD = "police.officer", "police.head"
BUREAU = "antismuggling.officer"
R, T = Referral.State, Task.State


@dataclass(frozen=True)
class PreparationStep:
    """What prepares a matter: days ago, `who` performed `verb` on the object called `on` and called its result `makes`.

    Answers are those of the verb, except: `team` by sign-in names, and `due_in` in hours from now.
    """

    who: str
    on: str
    verb: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    makes: str = ""
    days_ago: int = 0


@dataclass(frozen=True)
class PracticeMatter:
    """The practice matter in its present state."""

    lead: Lead
    case: Case | None
    proceeding: Proceeding | None
    referral: Referral | None
    task: Task | None
    suspect: Suspect | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class Exercise:
    """A step: what to do, how, where, and whether it is done. A step without trace has no `is_done`."""

    words: Text
    hint: Text
    about: Callable[[PracticeMatter], Model | None]
    is_done: Callable[[PracticeMatter], bool] | None = None


def _false_declaration(number: int) -> dict[str, Any]:
    """The practice matter of customs."""
    serial = 9000 + number % 1000
    return {
        "title": f"【练习{number}】锑锭伪报为锌锭出口",
        "narrative": "练习用虚构线索：申报锌锭25吨，密度与所报货物不符，企业没有两用物项出口许可证。",
        "parties": [_company(f"练习金属公司{number}", "exporter", serial)],
        "items": [
            {
                "description": "锑锭",
                "net_weight_kg": 25_000,
                "value": 2_600_000,
                "currency": "CNY",
                "declared_as": "锌锭",
                "hs_code": "8110101000",
            }
        ],
        "shipments": [
            {
                "declaration_no": f"220020260{serial:09d}",
                "port": "上海外高桥",
                "customs_district": "2200",
                "route": ["CHN", "VNM"],
            }
        ],
    }


def _sold_licences(number: int) -> dict[str, Any]:
    """The practice matter of police investigators."""
    return {
        "title": f"【练习{number}】买卖两用物项出口许可证",
        "narrative": "练习用虚构线索：网络群组内公开叫价买卖两用物项出口许可证，成交十余次。",
        "parties": [
            _company(f"练习信息咨询公司{number}", "agent", 8000 + number % 1000),
            {"role": "organiser", "kind": "person", "name": f"练习嫌疑人{number}", "identifiers": []},
        ],
        "techniques": ["LIC_ABUSE"],
    }


def _company(name: str, role: str, serial: int) -> dict[str, Any]:
    """With a well-formed credit code that no company can have: there is no region 000000."""
    body = f"91000000MADEM{serial:04d}"
    code = body + str(uscc.calc_check_digit(body))
    identifiers = [{"scheme": "USCC", "value": code}]
    return {"role": role, "kind": "company", "name": name, "country": "CHN", "identifiers": identifiers}


@dataclass(frozen=True)
class Course:
    key: str
    title: Text
    is_for: Callable[[Actor], bool]
    steps: tuple[PreparationStep, ...]
    exercises: tuple[Exercise, ...]
    received: int = 0  # days ago
    agency: str = "GACC"
    content: Callable[[int], dict[str, Any]] = _false_declaration

    def report(self, number: int) -> dict[str, Any]:
        """The report of a fresh matter, distinguished by its number."""
        common = {"source_system": SOURCE, "report_type": "risk_hit", "severity": "high", "handling_code": "H1"}
        return {**common, "source_ref": f"{self.key}-{number}", **self.content(number)}


def _lead(matter: PracticeMatter) -> Model | None:
    return matter.lead


def _case(matter: PracticeMatter) -> Model | None:
    return matter.case or matter.lead


def _proceeding(matter: PracticeMatter) -> Model | None:
    return matter.proceeding or _case(matter)


def _referral(matter: PracticeMatter) -> Model | None:
    return matter.referral or _case(matter)


def _task(matter: PracticeMatter) -> Model | None:
    return matter.task or _case(matter)


def _suspect(matter: PracticeMatter) -> Model | None:
    return matter.suspect or _proceeding(matter)


def _measure(matter: PracticeMatter) -> Model | None:
    return matter.measure or _suspect(matter)


def _met_all(*codes: str) -> Callable[[PracticeMatter], bool]:
    """All duties towards a detained person are fulfilled: none is running."""
    return lambda matter: (
        matter.measure is not None
        and not Clock.objects.running().about(matter.measure).filter(rule__code__in=codes).exists()
    )


def _noted(matter: PracticeMatter) -> bool:
    return matter.case is not None and Note.objects.filter(case=matter.case).exists()


def _referral_left(*states: str) -> Callable[[PracticeMatter], bool]:
    return lambda matter: matter.referral is not None and matter.referral.state not in states


def _task_left(*states: str) -> Callable[[PracticeMatter], bool]:
    return lambda matter: matter.task is not None and matter.task.state not in states


def _of(agency: str, *roles: str) -> Callable[[Actor], bool]:
    return lambda actor: actor.agency_code == agency and actor.has_role(*roles)


def _promoted(who: str, title: str, title_en: str, violation: str, *, days_ago: int = 0) -> PreparationStep:
    answers = {"title": title, "title_en": title_en, "handling": "H1", "violation_types": [violation]}
    return PreparationStep(who, "lead", "promote", answers, "case", days_ago)


def _transferred(*, days_ago: int = 0) -> tuple[PreparationStep, ...]:
    """A draft of a transfer to the bureau, submitted to the head."""
    answers = {
        "receiver": "GACC_ASB",
        "offence": "SMUG_PROHIBITED",
        "title": "【练习】移送涉嫌犯罪案件",
        "report": "练习：锑锭25吨伪报为锌锭，货值260万元，涉嫌走私国家禁止进出口的货物。",
        "team": (CUSTOMS, CUSTOMS_LEAD),
    }
    return (
        PreparationStep(CUSTOMS, "case", "draft_transfer", answers, "referral", days_ago),
        PreparationStep(CUSTOMS, "referral", "submit", days_ago=days_ago),
    )


def _delivered(*, days_ago: int = 0) -> tuple[PreparationStep, ...]:
    on_paper = {"incomplete_because": "违法行为分项说明和证据目录随纸质案卷移送。"}
    return (
        PreparationStep(CUSTOMS_HEAD, "referral", "approve", on_paper, days_ago=days_ago),
        PreparationStep(CUSTOMS, "referral", "deliver", days_ago=days_ago),
    )


MADE = _promoted(
    CUSTOMS, "【练习】锑锭伪报出口案", "[Exercise] Antimony ingots under a false declaration", "false_declaration"
)
SUBMITTED = (MADE, *_transferred())
DELIVERED = (*SUBMITTED, *_delivered())
ASKED = (
    MADE,
    PreparationStep(
        CUSTOMS, "case", "share", {"agency": "MOFCOM_SCB", "profile": "full", "reason": "练习：核查许可情况。"}
    ),
    PreparationStep(
        CUSTOMS, "case", "ask_task", {"agency": "MOFCOM_SCB", "title": "【练习】查询许可证发放情况", "due_in": 48}
    ),
)
FILED = (
    _promoted(POLICE, "【练习】买卖两用物项许可证案", "[Exercise] Trade in dual-use licences", "licence_abuse"),
    PreparationStep(
        POLICE_HEAD,
        "case",
        "file_criminal",
        {"offence": "ILLEGAL_BUSINESS", "reason": "练习：有犯罪事实，应当追究刑事责任。"},
    ),
)
STUCK = (
    _promoted(
        CUSTOMS,
        "【练习】逾期未决的移送案",
        "[Exercise] Transfer without a decision in time",
        "false_declaration",
        days_ago=60,
    ),
    *_transferred(days_ago=59),
    *_delivered(days_ago=58),
    PreparationStep(BUREAU, "referral", "accept", days_ago=57),
)

COURSES = (
    Course(
        "officer",
        _("An officer of customs: from a lead to the draft of a transfer"),
        lambda actor: _of("GACC", Role.OFFICER)(actor) and not actor.has_role(Role.LEAD),
        (),
        (
            Exercise(
                _("Take up the lead"),
                _("It is listed in “Leads to triage” on the first page. From then on it is assigned to you."),
                _lead,
                lambda matter: matter.lead.state != Lead.State.RECEIVED,
            ),
            Exercise(
                _("Make it a case"),
                _("Choose “Make a case”: the content of the report is carried over without retyping."),
                _lead,
                lambda matter: matter.case is not None,
            ),
            Exercise(
                _("Open your proceeding"),
                _("Agencies share a case; what customs does about it under its law is a proceeding."),
                _case,
                lambda matter: matter.proceeding is not None,
            ),
            Exercise(
                _("Write a note on the case"),
                _("Choose who may read it: your unit, your agency, or all agencies that read the case."),
                _case,
                _noted,
            ),
            Exercise(
                _("Share the case and ask commerce for a task"),
                _("An agency sees a case once it is shared with it; then it can be asked for a task with a due date."),
                _case,
                lambda matter: matter.task is not None,
            ),
            Exercise(
                _("Draft a criminal transfer to the anti-smuggling bureau"),
                _("Only your agency sees the draft. Choose the offence; it determines the receiver."),
                _case,
                lambda matter: matter.referral is not None,
            ),
            Exercise(
                _("Submit the report to the responsible person"),
                _("The three-day period for the decision starts now. Missing conditions are listed before you submit."),
                _referral,
                _referral_left(R.DRAFT_REPORT),
            ),
        ),
    ),
    Course(
        "lead",
        _("A unit lead of customs: file, and assign work"),
        _of("GACC", Role.LEAD),
        (
            MADE,
            PreparationStep(CUSTOMS, "case", "open_proceeding", {"kind": "customs"}),
            PreparationStep(
                CUSTOMS, "case", "ask_task", {"agency": "GACC", "title": "【练习】复核取样检测报告", "due_in": 20}
            ),
        ),
        (
            Exercise(
                _("Find unassigned work"),
                _("Queues, “Unclaimed”. By keyboard: g, then q; j and k move through the list."),
                _task,
            ),
            Exercise(
                _("Hand the task to an officer"),
                _(
                    "Among the other actions of the task. The officer is notified at once; the reason is kept "
                    "with the task."
                ),
                _task,
                _task_left(T.OPEN, T.ASKED),
            ),
            Exercise(
                _("Decide on filing the proceeding"),
                _("Filing starts the period of the case. The deadline and its article are shown beside the state."),
                _proceeding,
                lambda matter: matter.proceeding is not None and matter.proceeding.state != Proceeding.State.VERIFY,
            ),
        ),
    ),
    Course(
        "head",
        _("The responsible person of customs: decide on a transfer"),
        lambda actor: actor.agency_code == "GACC" and bool(actor.offices),
        SUBMITTED,
        (
            Exercise(
                _("Read what is waiting for your decision"),
                _("Approvals: the report, earlier opinions, and the statutory deadline for your decision."),
                _referral,
            ),
            Exercise(
                _("Approve the transfer, or refuse it with your reason"),
                _(
                    "Only the main responsible person decides, or the person appointed to act in that office. A "
                    "deputy may not."
                ),
                _referral,
                _referral_left(R.DRAFT_REPORT, R.HEAD_DECISION),
            ),
        ),
    ),
    Course(
        "receiver",
        _("The anti-smuggling bureau: receive a transfer and decide on filing"),
        lambda actor: actor.agency_code == "GACC_ASB" and actor.is_staff,
        DELIVERED,
        (
            Exercise(
                _("See the details of the referral"),
                _(
                    "Before the receipt is signed you see the sender, the matter and the number of pages, but "
                    "not the contents."
                ),
                _referral,
            ),
            Exercise(
                _("Sign receipt"),
                _("It cannot be refused because papers are missing. It starts the period for the filing review."),
                _referral,
                _referral_left(R.DELIVERED),
            ),
            Exercise(
                _("Decide whether to file"),
                _("A decision of the head. Only filing opens a criminal proceeding."),
                _referral,
                _referral_left(R.DELIVERED, R.ACCEPTED, R.SUPPLEMENT),
            ),
        ),
    ),
    Course(
        "investigator",
        _("An investigator of the police: from a filed case to the request for an arrest"),
        lambda actor: actor.agency_code == "MPS_ECID" and actor.is_staff,
        FILED,
        (
            Exercise(
                _("Read what was filed, and who may read it"),
                _(
                    "The suspects and the measures on them are read by your agency, and by the centre where the case "
                    "is not restricted; the case is shared between agencies."
                ),
                _proceeding,
            ),
            Exercise(
                _("Enter the suspect"),
                _("“Add a person or party” in the proceeding: a person of the case and, if known, the act."),
                _proceeding,
                lambda matter: matter.suspect is not None,
            ),
            Exercise(
                _("Record the detention"),
                _(
                    "Enter the number of its paper. From that moment the 24-hour period and the period to "
                    "request an arrest run."
                ),
                _suspect,
                lambda matter: matter.measure is not None,
            ),
            Exercise(
                _("Deliver to detention centre, question, notify the family"),
                _("Three duties of the first 24 hours, each recorded on the measure. A missed duty remains visible."),
                _measure,
                _met_all("CRM_CUSTODY", "CRM_QUESTION", "CRM_FAMILY"),
            ),
            Exercise(
                _("Request approval of the arrest from the procuratorate"),
                _(
                    "On the page of the suspect. The procuratorate decides within seven days; if refused, the "
                    "suspect must be released at once."
                ),
                _suspect,
                lambda matter: matter.suspect is not None and matter.suspect.state != Suspect.State.INVESTIGATED,
            ),
            Exercise(
                _("Share the case with commerce and ask whether the licences are genuine"),
                _("Commerce sees the case and its task, not the suspect."),
                _case,
                lambda matter: matter.task is not None,
            ),
        ),
        agency="MPS_ECID",
        content=_sold_licences,
    ),
    Course(
        "asked",
        _("An officer of commerce: do a task for another agency"),
        lambda actor: actor.agency_code == "MOFCOM_SCB" and actor.is_staff,
        ASKED,
        (
            Exercise(
                _("Accept the task for your agency"),
                _("The agency replies first, then an officer takes it on. You may do both at once."),
                _task,
                _task_left(T.ASKED),
            ),
            Exercise(_("Claim it"), _("From then on it is assigned to you."), _task, _task_left(T.ASKED, T.OPEN)),
            Exercise(
                _("Complete it with a result"),
                _("Customs reads the result, not your notes. It may return the result with a reason."),
                _task,
                _task_left(T.ASKED, T.OPEN, T.CLAIMED),
            ),
        ),
    ),
    Course(
        "coordinator",
        _("The coordination centre: find delayed matters"),
        lambda actor: actor.is_centre,
        STUCK,
        (
            Exercise(
                _("See which agency is late"),
                _("The first page counts late items by agency. A number opens the list that it counts."),
                _referral,
            ),
            Exercise(
                _("See who must act, and whom to contact"),
                _("Each deadline shows who is responsible, with desk and telephone."),
                _referral,
            ),
            Exercise(
                _("Read what the state means and who acts next"),
                _("Every state has an explanation: “State and next step”."),
                _referral,
            ),
        ),
        received=61,
    ),
)
