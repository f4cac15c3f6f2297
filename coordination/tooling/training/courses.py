"""Training courses: a prepared matter for each role, and the steps of its ordinary day.

A course is data. Completion is read from the matter itself, so any way of doing a step counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.workflow import Text
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Measure, Proceeding, Suspect
from coordination.exchange.notes.models import Note
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.tooling.demo.script import (
    BUREAU,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    POLICE,
    POLICE_LEAD,
    Script,
    Step,
    When,
    company,
    goods,
    invented_uscc,
    person,
    promote,
    report,
    shipment,
    step,
)

SOURCE = "TRAINING"
R, T = Referral.State, Task.State


@dataclass(frozen=True)
class Matter:
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
    about: Callable[[Matter], Model | None]
    is_done: Callable[[Matter], bool] | None = None


def _false_declaration(ref: str, number: int) -> Mapping[str, Any]:
    """The practice matter of customs."""
    return report(
        ref,
        f"【练习{number}】锑锭伪报为锌锭出口",
        "练习用虚构线索：申报锌锭25吨，密度与所报货物不符，企业没有两用物项出口许可证。",
        source_system=SOURCE,
        severity="high",
        parties=[company(f"练习金属公司{number}", number=invented_uscc(9000 + number % 1000))],
        items=[goods("锑锭", kg=25_000, cny=2_600_000, declared_as="锌锭", hs_code="8110101000")],
        shipments=[shipment("2200", "上海外高桥", "CHN", "VNM", serial=9000 + number % 1000)],
    )


def _sold_licences(ref: str, number: int) -> Mapping[str, Any]:
    """The practice matter of police investigators."""
    return report(
        ref,
        f"【练习{number}】买卖两用物项出口许可证",
        "练习用虚构线索：网络群组内公开叫价买卖两用物项出口许可证，成交十余次。",
        source_system=SOURCE,
        severity="high",
        parties=[
            company(f"练习信息咨询公司{number}", "agent", number=invented_uscc(8000 + number % 1000)),
            person(f"练习嫌疑人{number}", "organiser"),
        ],
        techniques=["LIC_ABUSE"],
    )


@dataclass(frozen=True)
class Course:
    key: str
    title: Text
    is_for: Callable[[Actor], bool]
    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...]
    received: When = 0
    agency: str = "GACC"
    told: Callable[[str, int], Mapping[str, Any]] = _false_declaration

    def script(self, number: int) -> Script:
        """A fresh matter, distinguished by its number."""
        return Script(self.told(f"{self.key}-{number}", number), self.agency, self.received, self.steps)


def _lead(matter: Matter) -> Model | None:
    return matter.lead


def _case(matter: Matter) -> Model | None:
    return matter.case or matter.lead


def _proceeding(matter: Matter) -> Model | None:
    return matter.proceeding or _case(matter)


def _referral(matter: Matter) -> Model | None:
    return matter.referral or _case(matter)


def _task(matter: Matter) -> Model | None:
    return matter.task or _case(matter)


def _suspect(matter: Matter) -> Model | None:
    return matter.suspect or _proceeding(matter)


def _measure(matter: Matter) -> Model | None:
    return matter.measure or _suspect(matter)


def _met_all(*codes: str) -> Callable[[Matter], bool]:
    """All duties towards a detained person are fulfilled: none is running."""
    return lambda matter: (
        matter.measure is not None
        and not Clock.objects.running().about(matter.measure).filter(rule__code__in=codes).exists()
    )


def _noted(matter: Matter) -> bool:
    return matter.case is not None and Note.objects.filter(case=matter.case).exists()


def _referral_left(*states: str) -> Callable[[Matter], bool]:
    return lambda matter: matter.referral is not None and matter.referral.state not in states


def _task_left(*states: str) -> Callable[[Matter], bool]:
    return lambda matter: matter.task is not None and matter.task.state not in states


def _of(agency: str, *roles: str) -> Callable[[Actor], bool]:
    return lambda actor: actor.agency_code == agency and actor.has_role(*roles)


MADE = promote(0, CUSTOMS, "【练习】锑锭伪报出口案", "false_declaration")
DRAFTED = step(
    0,
    CUSTOMS,
    "case.draft_transfer",
    makes="referral",
    receiver="GACC_ASB",
    offence="SMUG_PROHIBITED",
    title="【练习】移送涉嫌犯罪案件",
    report="练习：锑锭25吨伪报为锌锭，货值260万元，涉嫌走私国家禁止进出口的货物。",
    team=(CUSTOMS, CUSTOMS_LEAD),
)
SUBMITTED = (MADE, DRAFTED, step(0, CUSTOMS, "referral.submit"))
DELIVERED = (*SUBMITTED, step(0, CUSTOMS_HEAD, "referral.approve"), step(0, CUSTOMS, "referral.deliver"))
ASKED = (
    MADE,
    step(0, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="full", reason="练习：核查许可情况。"),
    step(0, CUSTOMS, "case.ask_task", makes="task", agency="MOFCOM_SCB", title="【练习】查询许可证发放情况", due_in=48),
)


def _drafted(when: When) -> Step:
    return Step(when, DRAFTED.who, DRAFTED.on, DRAFTED.verb, DRAFTED.makes, DRAFTED.answers)


FILED = (
    promote(0, POLICE, "【练习】买卖两用物项许可证案", "licence_abuse"),
    step(
        0,
        POLICE_LEAD,
        "case.file_criminal",
        makes="crime",
        offence="ILLEGAL_BUSINESS",
        reason="练习：有犯罪事实，应当追究刑事责任。",
    ),
)

STUCK = (
    promote(60, CUSTOMS, "【练习】逾期未决的移送案", "false_declaration"),
    _drafted(59),
    step(59, CUSTOMS, "referral.submit"),
    step(58, CUSTOMS_HEAD, "referral.approve"),
    step(58, CUSTOMS, "referral.deliver"),
    step(57, BUREAU, "referral.accept"),
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
                _("It stands in “Leads to triage” on the first page. Your name is on it from then on."),
                _lead,
                lambda matter: matter.lead.state != Lead.State.RECEIVED,
            ),
            Exercise(
                _("Make it a case"),
                _("Choose “Make a case”: what the report says is taken over, and nothing is typed twice."),
                _lead,
                lambda matter: matter.case is not None,
            ),
            Exercise(
                _("Open your proceeding"),
                _("A case is what agencies share; what customs does about it under its law is a proceeding."),
                _case,
                lambda matter: matter.proceeding is not None,
            ),
            Exercise(
                _("Write a note on the case"),
                _("Choose who may read it: your unit, your agency, or all who read the case."),
                _case,
                _noted,
            ),
            Exercise(
                _("Share the case and ask commerce for a task"),
                _("An agency sees a case once it is shared with it; then it can be asked for something, with a date."),
                _case,
                lambda matter: matter.task is not None,
            ),
            Exercise(
                _("Draft a criminal transfer to the anti-smuggling bureau"),
                _("The draft is seen by your agency only. Choose the offence; the receiver follows from it."),
                _case,
                lambda matter: matter.referral is not None,
            ),
            Exercise(
                _("Submit the report to the responsible person"),
                _("From now on three days run for his decision. What is missing is named before you can submit."),
                _referral,
                _referral_left(R.DRAFT_REPORT),
            ),
        ),
    ),
    Course(
        "lead",
        _("A unit lead of customs: file, and set to work"),
        _of("GACC", Role.LEAD),
        (
            MADE,
            step(0, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
            step(0, CUSTOMS, "case.ask_task", makes="task", agency="GACC", title="【练习】复核取样检测报告", due_in=20),
        ),
        (
            Exercise(
                _("Find what nobody has in hand"),
                _("Queues, “Unclaimed”. By keyboard: g, then q; j and k walk down the list."),
                _task,
            ),
            Exercise(
                _("Hand the task to an officer"),
                _("Among the other actions of the task. He hears of it at once; the reason stays with it."),
                _task,
                _task_left(T.OPEN, T.ASKED),
            ),
            Exercise(
                _("Decide on filing the proceeding"),
                _("Filing starts the period of the case. The clock and its article stand beside the state."),
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
                _("Read what waits for you"),
                _("Approvals: the report, what was said on the way, and by when the law wants your decision."),
                _referral,
            ),
            Exercise(
                _("Approve the transfer, or refuse it with your reason"),
                _("Only the main responsible person decides, or whoever acts for him. A deputy may not."),
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
                _("Look at the envelope"),
                _("Before the receipt is signed you see who sends what, how many pages, and not what is inside."),
                _referral,
            ),
            Exercise(
                _("Sign the receipt"),
                _("It cannot be refused because papers are missing. With it the period for filing begins."),
                _referral,
                _referral_left(R.DELIVERED),
            ),
            Exercise(
                _("Decide whether to file"),
                _("A decision of the chief. Only filing opens a criminal proceeding."),
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
                _("Read what was filed, and who reads it"),
                _("Its persons and what holds them are seen by your agency alone; the case is what agencies share."),
                _proceeding,
            ),
            Exercise(
                _("Enter the suspect"),
                _("“Add a person or party” in the proceeding: somebody of the case and, where known, the act."),
                _proceeding,
                lambda matter: matter.suspect is not None,
            ),
            Exercise(
                _("Record the detention"),
                _("With the number of its paper. From that minute 24 hours run, and the time to ask for an arrest."),
                _suspect,
                lambda matter: matter.measure is not None,
            ),
            Exercise(
                _("Deliver, question, tell the family"),
                _("Three duties of the first 24 hours, each recorded on the measure. A missed one stays visible."),
                _measure,
                _met_all("CRM_CUSTODY", "CRM_QUESTION", "CRM_FAMILY"),
            ),
            Exercise(
                _("Ask the procuratorate to approve the arrest"),
                _("On the suspect. Seven days run for the decision; refused, he must be released at once."),
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
        told=_sold_licences,
    ),
    Course(
        "asked",
        _("An officer of commerce: do what another agency asks"),
        lambda actor: actor.agency_code == "MOFCOM_SCB" and actor.is_staff,
        ASKED,
        (
            Exercise(
                _("Accept the task for your agency"),
                _("The agency answers first, then somebody takes it on. You may do both at once."),
                _task,
                _task_left(T.ASKED),
            ),
            Exercise(_("Claim it"), _("From then on it is on your desk."), _task, _task_left(T.ASKED, T.OPEN)),
            Exercise(
                _("Complete it with a result"),
                _("Customs reads the result, not your notes. It may send the result back with a reason."),
                _task,
                _task_left(T.ASKED, T.OPEN, T.CLAIMED),
            ),
        ),
    ),
    Course(
        "coordinator",
        _("The coordination centre: find what is stuck"),
        lambda actor: actor.is_centre,
        STUCK,
        (
            Exercise(
                _("See which agency is late"),
                _("The first page counts what is overdue by agency. A number leads to exactly what it counts."),
                _referral,
            ),
            Exercise(
                _("See who must act, and whom to ring up"),
                _("Beside each deadline stands who keeps it, with desk and telephone."),
                _referral,
            ),
            Exercise(
                _("Read what the state means and who acts next"),
                _("Every state explains itself: “What this state means, and who acts next”."),
                _referral,
            ),
        ),
        received=61,
    ),
)
