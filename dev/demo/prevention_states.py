"""What one exporter does not show: a matter of prevention in every other state, each at an exporter with a name that is
recognisably invented."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.insight.campaigns.models import Campaign
from coordination.prevention.certificates.actions import follow_days, record_certificate
from coordination.prevention.diligence.actions import begin_review, publish_questionnaire
from coordination.prevention.diligence.models import Questionnaire
from coordination.prevention.exporters.actions import register_exporter
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.inspections.actions import plan_on_exporter
from coordination.prevention.warnings.actions import BEGINS
from coordination.prevention.warnings.models import ExporterLetter, Release

OFFICER, LEAD = "commerce.officer", "commerce.lead"
EXPORTERS = ("某辛丑矿产进出口公司", "某壬寅新材料公司", "某癸卯稀土贸易公司", "某甲辰电子材料公司")
RESTING = "某乙巳工贸公司"
Step = tuple[str, str, dict[str, Any]]  # verb, who, answers
FINISH: Step = ("finish", OFFICER, {})
CONFIRM: Step = ("confirm", LEAD, {})
SEND: Step = ("send", LEAD, {})
# State → verb that begins the letter, its subject, and what is done then.
LETTERS: dict[str, tuple[str, str, tuple[Step, ...]]] = {
    "DRAFT": ("write_guidance", "关于留存最终用户证明的合规指导", ()),
    "REVIEW": ("write_warning", "关于如实申报镓制品的警示函", (FINISH,)),
    "READ": ("write_guidance", "关于建立内部合规制度的合规指导", (FINISH, CONFIRM)),
    "AT_OFFICE": ("write_suspension", "关于暂停向某用户出口的通知", (FINISH, CONFIRM, ("submit", LEAD, {}))),
    "SENT": ("write_warning", "关于规范锗制品出口申报的警示函", (FINISH, CONFIRM, SEND)),
    "SERVED": ("write_guidance", "关于石墨制品许可要求的合规指导", (FINISH, CONFIRM, SEND, ("serve", OFFICER, {}))),
    "CLOSED": (
        *("write_guidance", "关于两用物项许可办理的合规指导"),
        (FINISH, CONFIRM, SEND, ("serve", OFFICER, {}), ("close", OFFICER, {"follow_up": "none"})),
    ),
    "WITHDRAWN": (
        "write_warning",
        "锑制品申报警示函（撤回）",
        (("withdraw", LEAD, {"reason": "并入另一函件。"}),),
    ),
}
# Letters to an exporter under investigation: what its agency, or else the writer, does → the subject.
RELEASES = {
    "release": "关于如实填报最终用途的警示函",
    "refuse": "关于核实境外收货人的警示函",
    "": "关于留存交易资料的警示函",
}
ITEMS = (
    "number,kind,question_zh,question_en,gap,basis\n"
    "1,yes_no,是否核实最终用户？,Do you verify the end user?,no,ECL art.15\n"
    "2,file,最终用户证明编号,Number of the end user certificate,empty,ECL art.15\n"
)
ANSWERS = "number,answer,paper\n1,yes,\n2,,证明〔演示〕9号\n"
IN_ORDER = "number,verdict,remark,gap,due_on\n1,in_order,,,\n2,in_order,,,\n"
TAKEN_BACK = {"reason": "该企业已停止出口两用物项。"}
REFUSAL = {"refused_by": "门卫", "refusal": "拒绝开门，拒绝提供台账", "witness": "物业经理 赵某"}


def load_prevention_states() -> None:
    """Idempotent. The exporter with the letter that waits for release is there already."""
    if Exporter.objects.filter(name=RESTING).exists():
        return
    exporters = [register_exporter(actor=_who(OFFICER), name=name, district="5300") for name in EXPORTERS]
    _do(register_exporter(actor=_who(OFFICER), name=RESTING), ("rest", OFFICER, {"reason": "该企业已注销。"}))
    for place, (verb, title, steps) in enumerate(LETTERS.values()):
        _letter(exporters[place % len(exporters)], verb, title, steps)
    _releases()
    _reviews(exporters)
    _inspections(exporters)
    _certificates(exporters)


def _letter(exporter: Exporter, verb: str, title: str, steps: Iterable[Step]) -> ExporterLetter:
    text = "请结合实际完善内部合规制度，如实申报，并妥善保存有关资料。"
    campaign = _campaign() if "镓" in title or "锗" in title else ""
    letter: ExporterLetter = BEGINS[verb](exporter, actor=_who(OFFICER), title=title, text=text, campaign=campaign)
    service = {"served_on": times.today(), "served_by": "direct", "service_proof": "送达回证（演示）"}
    _do(letter, *((act, who, service if act == "serve" else given) for act, who, given in steps))
    return letter


def _campaign() -> str:
    """The number of the newest running campaign, which is on gallium and germanium."""
    return Campaign.objects.running().order_by("-number").values_list("number", flat=True).first() or ""


def _releases() -> None:
    waiting = Release.objects.filter(state=Release.State.WAITING, confidential=None)
    for first in waiting.select_related("letter__exporter").order_by("created_at", "pk")[:1]:
        for verb, title in RELEASES.items():
            letter = _letter(first.letter.exporter, "write_warning", title, (FINISH, CONFIRM, SEND))
            if not verb:
                _do(letter, ("withdraw", LEAD, {"reason": "不再需要。"}))
            for release in letter.releases.filter(state=Release.State.WAITING):
                _do(release, (verb, _chief_of(release.agency_id), {"reason": "侦查工作需要，按程序研究决定。"}))
                if verb == "refuse":
                    break  # it ends the others


def _chief_of(agency_id: int) -> str:
    people = User.objects.filter(is_demo=True, agency=agency_id).order_by("username")
    return next(one.username for one in people if actor_for(one).leads(agency_id))


def _reviews(exporters: list[Exporter]) -> None:
    """A questionnaire of the bureau in its second edition, one withdrawn, and reviews of each state but the usual."""
    named = {"name_zh": "最终用户核查问卷", "name_en": "Check of end users", "items": ITEMS}
    first = publish_questionnaire(actor=_who(LEAD), code="ZDYH", **named)
    _do(first, ("revise", LEAD, named))
    other = {**named, "name_zh": "石墨出口问卷（试行）", "name_en": "Questionnaire on graphite (trial)"}
    given_up = publish_questionnaire(actor=_who(LEAD), code="SHIMO", **other)
    _do(given_up, ("withdraw", LEAD, {"reason": "并入最终用户核查问卷。"}))
    asked = Questionnaire.objects.get(code="ZDYH", state=Questionnaire.State.IN_FORCE)
    steps: tuple[Step, ...] = (
        ("send", OFFICER, {"sent_by": "platform", "due_on": times.today() + timedelta(days=15)}),
        ("answer", OFFICER, {"answered_by": "exporter", "answers": ANSWERS}),
        ("assess", OFFICER, {"findings": IN_ORDER}),
        ("close", OFFICER, {"conclusion": "未发现需整改事项。"}),
    )
    for exporter, done in ((exporters[0], 0), (exporters[1], 1), (exporters[2], 2), (exporters[3], 4)):
        _do(begin_review(exporter, actor=_who(OFFICER), questionnaire=str(asked.pk)), *steps[:done])
    withdrawn = begin_review(exporters[0], actor=_who(OFFICER), questionnaire=str(asked.pk))
    _do(withdrawn, ("withdraw", OFFICER, TAKEN_BACK))


def _inspections(exporters: list[Exporter]) -> None:
    both = [str(User.objects.get(username=name).pk) for name in (OFFICER, LEAD)]
    begun: Step = ("start", OFFICER, {"present": both, "shown_to": "周某，副总经理"})
    found = "number,finding,remark\n1,in_order,\n2,in_order,\n"
    ends: tuple[tuple[Step, ...], ...] = (
        (begun,),
        (("refuse", OFFICER, {"present": both, **REFUSAL}),),
        (
            *(begun, ("finish", OFFICER, {"findings": found, "minutes": "查阅许可证和台账，账实相符。"})),
            ("close", OFFICER, {"follow_up": "none"}),
        ),
        (("cancel", OFFICER, {"reason": "其他机关已于本周检查。"}),),
    )
    for exporter, steps in zip(exporters, ends, strict=True):
        made = plan_on_exporter(
            exporter,
            actor=_who(OFFICER),
            site="深圳市示例工业园 8 号",
            basis="law",
            starts_on=times.today(),
            ends_on=times.today() + timedelta(days=6),
            first_officer=both[0],
            first_certificate="商务执法 310115",
            second_officer=both[1],
            second_certificate="商务执法 310102",
            checklist="许可证与实际出口\n库存与销售台账",
            campaign=_campaign(),
        )
        _do(made, *steps)


def _certificates(exporters: list[Exporter]) -> None:
    doubt: Step = ("doubt", OFFICER, {"reason": "印章与备案样式不一致。"})
    revoke: Step = ("revoke", OFFICER, {"reason": "驻外机构核实，最终用户未出具该证明。"})
    ends: tuple[tuple[int, tuple[Step, ...]], ...] = ((200, (doubt,)), (200, (doubt, revoke)), (-3, ()))
    for place, (days, steps) in enumerate(ends):
        made = record_certificate(
            exporters[place],
            actor=_who(OFFICER),
            number=f"EUC-DEMO-{place + 1}",
            end_user="Example End User Ltd (demo)",
            country="VNM",
            goods="三氧化二锑",
            quantity_kg=500,
            end_use="阻燃剂生产",
            issued_on=times.today() - timedelta(days=300),
            valid_until=times.today() + timedelta(days=days),
        )
        _do(made, *steps)
    follow_days()


def _do(thing: Any, *steps: Step) -> None:
    """Performs the steps in order."""
    for verb, who, given in steps:
        thing.refresh_from_db()
        resource = next(one for one in RESOURCES.values() if isinstance(thing, one.model))
        resource.actions_of(thing)[verb](thing, actor=_who(who), **given)


def _who(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
