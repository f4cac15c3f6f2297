"""Due diligence of the demonstration: a review with gaps, an inspection that found something, and a certificate whose
promise differs from a later shipment."""

from datetime import timedelta
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import start_of
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case, Identifier, Shipment
from coordination.prevention.certificates.actions import ACTIONS as CERTIFICATE_ACTIONS
from coordination.prevention.certificates.actions import record_certificate
from coordination.prevention.diligence.actions import REVIEW_ACTIONS, begin_review
from coordination.prevention.diligence.models import Questionnaire
from coordination.prevention.diligence.reading import answers_of
from coordination.prevention.exporters.actions import register_exporter
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.inspections.actions import ACTIONS as INSPECTION_ACTIONS
from coordination.prevention.inspections.actions import plan_on_exporter

from .prevention import ANSWERED

BY = "commerce.officer"
FILES = {"1.2": "最终用户证明〔2026〕031号", "3.1": "许可证 26-1107", "5.1": "远航合规〔2025〕3号"}
DAYS = {"1.3": 200, "3.2": 150, "6.1": -500}
TEXTS = {
    "1.5": "销售部停止发货，由合规负责人书面报告商务主管部门。",
    "2.4": "无。",
    "3.4": "由关务经理依据管制清单判定。",
    "4.2": "综合部档案室，由王莉负责。",
    "5.2": "陈立，合规总监，0512-6000 0000",
    "6.2": "销售、关务、仓储共 12 人",
    "7.3": "苏州通达国际货运代理有限公司",
}
NO = ("1.6", "5.3", "7.2", "2.1", "2.2", "2.3")
GAPS = {
    "1.6": ("交易前未按管控名单、关注名单筛查，需建立筛查记录", 20),
    "5.3": ("合规负责人不能独立停止交易，需修订制度", 45),
    "7.2": ("未书面告知货运代理物项受管制", -3),
}


def load_prevention_checks() -> None:
    """Idempotent."""
    actor = actor_for(User.objects.get(username=BY))
    colleague = User.objects.get(username="commerce.lead")
    exporter = Exporter.objects.get(agency_id=actor.own_agency, name=ANSWERED)
    if exporter.reviews.exists():
        return
    _review(exporter, actor)
    _inspection(exporter, actor, colleague)
    _planned(exporter, actor, colleague)
    _certificate(actor, exporter)


def _then(days: int) -> dict[str, Any]:
    """That many days ago, with the paper that shows it."""
    return {"happened_at": start_of(times.today() - timedelta(days=days)), "paper": "商务管字〔2026〕台账"}


def _review(exporter: Exporter, actor: Actor) -> None:
    """Assessed with three gaps: one is late, one is reported as closed."""
    asked = Questionnaire.objects.usable_by(actor).order_by("code", "pk")[0]
    review = begin_review(exporter, actor=actor, questionnaire=str(asked.pk), **_then(40))
    due_on = times.today() + timedelta(days=1)
    REVIEW_ACTIONS["send"](review, actor=actor, sent_by="post", due_on=due_on, **_then(38))
    rows = answers_of(review)
    table = "\n".join(["number,answer,paper", *(_answer(one.number, one.item.kind) for one in rows)])
    REVIEW_ACTIONS["answer"](review, actor=actor, answered_by="exporter", answers=table, **_then(20))
    lines = [_finding(one.number) for one in rows]
    findings = "\n".join(["number,verdict,remark,gap,due_on", *lines])
    REVIEW_ACTIONS["assess"](review, actor=actor, findings=findings)
    review.refresh_from_db()
    gap = review.gaps.get(item__number="5.3")
    REVIEW_ACTIONS["report_gap"](
        review,
        actor=actor,
        gap=str(gap.pk),
        report="制度已修订，合规负责人可暂停发货。",
        report_paper="远航合规〔2026〕8号",
    )


def _answer(number: str, kind: str) -> str:
    if kind == "file":
        return f"{number},,{FILES[number]}"
    if kind == "date":
        return f"{number},{times.today() + timedelta(days=DAYS[number])},"
    answer = TEXTS[number] if kind == "text" else "no" if number in NO else "yes"
    return f'{number},"{answer}",'


def _finding(number: str) -> str:
    if number not in GAPS:
        return f"{number},in_order,,,"
    what, days = GAPS[number]
    # A day that has passed cannot be set; a short one shows what comes next.
    return f"{number},gap,,{what},{times.today() + timedelta(days=max(days, 1))}"


def _team(actor: Actor, colleague: User) -> dict[str, Any]:
    return {
        "first_officer": actor.id,
        "first_certificate": "商务执法 310115",
        "second_officer": str(colleague.pk),
        "second_certificate": "商务执法 310102",
        "checklist": "许可证与实际出口\n库存与销售台账\n最终用户证明原件\n资料保存五年以上",
    }


def _inspection(exporter: Exporter, actor: Actor, colleague: User) -> None:
    """Done, with one irregularity and a sample; the follow-up is open."""
    plan = {
        "site": exporter.address or "苏州市工业园区星湖街 100 号",
        "district": exporter.district.code if exporter.district else "2300",
        "material": "gallium",
        "basis": "review",
        "starts_on": times.today() - timedelta(days=2),
        "ends_on": times.today() + timedelta(days=8),
    }
    made = plan_on_exporter(exporter, actor=actor, **plan, **_team(actor, colleague))
    present = [actor.id, str(colleague.pk)]
    INSPECTION_ACTIONS["start"](made, actor=actor, present=present, shown_to="陈立，合规总监")
    made.refresh_from_db()
    INSPECTION_ACTIONS["take_sample"](
        made, actor=actor, number="Y-01", what="金属镓锭 1 份", seal="封 00731", kept_at="商务局样品室 2 柜"
    )
    made.refresh_from_db()
    findings = (
        "number,finding,remark\n1,in_order,\n2,found,库存较台账少 40 千克，无出库记录\n3,in_order,\n4,in_order,\n"
    )
    minutes = "检查人员出示执法证件后查阅许可证、台账和最终用户证明原件，现场盘点库存。"
    INSPECTION_ACTIONS["finish"](made, actor=actor, findings=findings, minutes=minutes)


def _planned(exporter: Exporter, actor: Actor, colleague: User) -> None:
    """One of the weeks to come."""
    plan_on_exporter(
        exporter,
        actor=actor,
        site="苏州工业园区综合保税区 3 号仓库",
        basis="random",
        starts_on=times.today() + timedelta(days=5),
        ends_on=times.today() + timedelta(days=12),
        **_team(actor, colleague),
    )


def _certificate(actor: Actor, exporter: Exporter) -> None:
    """For an exporter that a case names: promised to Vietnam, declared elsewhere; it ends within sixty days."""
    named = _named_in_a_case(actor) or exporter
    certificate = record_certificate(
        named,
        actor=actor,
        number="EUC-VN-2026-018",
        issuer="Ministry of Industry and Trade, Hanoi",
        end_user="Hanoi Semiconductor Joint Stock Co.",
        country="VNM",
        goods="金属镓",
        quantity_kg=100,
        end_use="LED 外延片生产",
        no_reexport=True,
        no_military=True,
        issued_on=times.today() - timedelta(days=700),
        valid_until=times.today() + timedelta(days=30),
    )
    CERTIFICATE_ACTIONS["add_check"](
        certificate,
        actor=actor,
        kind="registry",
        result="yes",
        source="越南企业登记系统，登记号 0108123456",
        checked_on=times.today() - timedelta(days=10),
    )


def _named_in_a_case(actor: Actor) -> Exporter | None:
    """An exporter with the number of a party of a case that the agency reads and that has a shipment elsewhere."""
    cases = Case.objects.contents_visible_to(actor)
    shipped = Shipment.objects.filter(case__in=cases.values("pk")).exclude(final_destination="VNM")
    parties = Identifier.objects.filter(scheme="USCC", flag="", party__case__in=shipped.values("case"))
    for one in parties.select_related("party").order_by("pk"):
        known = Exporter.objects.filter(agency_id=actor.own_agency, uscc=one.key).first()
        return known or register_exporter(actor=actor, name=one.party.name, uscc=one.key)
    return None
