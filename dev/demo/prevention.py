"""Exporters of the demonstration: one that answered a warning letter, one under investigation, to which a letter waits
for release, and several to whom a circular is ready to be sent."""

from datetime import timedelta
from functools import cache
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Identifier, Party
from cases.proceedings.models import Proceeding
from coordination.prevention.circulars.actions import ACTIONS as CIRCULAR_ACTIONS
from coordination.prevention.circulars.actions import EXPORTER_ACTIONS, begin
from coordination.prevention.exporters.actions import register_exporter
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.warnings.actions import ACTIONS, BEGINS

OFFICER, LEAD = "commerce.officer", "commerce.lead"
ANSWERED = "深圳示例稀有金属进出口有限公司"
Step = tuple[str, str, dict[str, Any]]  # verb, who, answers


def load_prevention() -> None:
    """Idempotent."""
    if Exporter.objects.filter(name=ANSWERED).exists():
        return
    _warn_and_close_in()
    _write_to_many()
    if (party := _investigated()) is not None:
        _wait_for_release(party)


@cache
def _actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))


def _investigated() -> Party | None:
    """A company of an open criminal proceeding."""
    cases = Proceeding.objects.open().filter(kind=Proceeding.Kind.CRIMINAL).values("case")
    companies = Party.objects.filter(case__in=cases, kind=Party.Kind.COMPANY, role="exporter")
    found: Party | None = companies.order_by("created_at", "pk").first()
    return found


def _begin(verb: str, exporter: Exporter, *steps: Step, **given: Any) -> None:
    letter = BEGINS[verb](exporter, actor=_actor(OFFICER), **given)
    for act, who, answers in steps:
        letter.refresh_from_db()
        ACTIONS[act](letter, actor=_actor(who), **answers)


def _warn_and_close_in() -> None:
    exporter = register_exporter(
        actor=_actor(OFFICER),
        name=ANSWERED,
        name_en="Shenzhen Example Rare Metals Import and Export Co., Ltd.",
        uscc="91440300708461136T",
        district="5300",
        contact="合规部 王经理 0755-0000 0000",
    )
    today = times.today()
    read: tuple[Step, ...] = (("finish", OFFICER, {}), ("confirm", LEAD, {}))
    served = {"served_on": today, "served_by": "post", "service_proof": "EMS 1030 0000 0001"}
    _begin(
        "write_warning",
        exporter,
        *read,
        ("send", LEAD, {"due_at": times.now() + timedelta(days=15)}),
        ("serve", OFFICER, served),
        (
            "answer",
            OFFICER,
            {"answered_on": today, "answer": "我公司已停止以“合金块”名义申报锑制品，并建立两用物项合规审查制度。"},
        ),
        title="关于规范两用物项出口申报的警示函",
        text="你公司多次以笼统品名申报锑制品。请自收到本函之日起自查申报品名，建立内部合规制度，并书面回复整改情况。",
        remark="近两年申报记录见许可证处台账。",
    )
    _begin(
        "record_consultation",
        exporter,
        title="锑合金是否属于管制物项",
        question="含锑量百分之三的铅锑合金出口是否需要许可证？",
        asked_on=today,
        due_at=times.now() + timedelta(days=5),
    )


def _write_to_many() -> None:
    """Guidance to several exporters, which a second person has read."""
    circular = begin(
        actor=_actor(OFFICER),
        kind="guidance",
        title="锑相关物项出口许可办理",
        text="锑相关物项已列入两用物项出口管制清单。请{企业名称}核对出口商品的成分和编码，出口前依法申请许可，"
        "并如实申报品名、最终用户和最终用途。",
    )
    for name in ("广州示例锑业有限公司", "南宁示例合金材料有限公司", "宁波示例新材料进出口有限公司"):
        exporter = register_exporter(actor=_actor(OFFICER), name=name)
        EXPORTER_ACTIONS["add_to_circular"](exporter, actor=_actor(OFFICER), circular=str(circular.pk))
    for act, who in (("finish", OFFICER), ("confirm", LEAD)):
        circular.refresh_from_db()
        CIRCULAR_ACTIONS[act](circular, actor=_actor(who))


def _wait_for_release(party: Party) -> None:
    number = Identifier.objects.filter(party=party, scheme="USCC", flag="").values_list("key", flat=True).first()
    actor = _actor(OFFICER)
    known = Exporter.objects.filter(agency_id=actor.own_agency, uscc=number or None).first()
    exporter = known or register_exporter(actor=actor, name=party.name, uscc=number or "")
    _begin(
        "write_guidance",
        exporter,
        ("finish", OFFICER, {}),
        ("confirm", LEAD, {}),
        ("send", LEAD, {}),
        title="两用物项出口合规指导",
        text="现将两用物项出口许可管理的有关要求告知你公司，请结合实际完善内部合规制度。",
    )
