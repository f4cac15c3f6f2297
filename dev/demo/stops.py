"""Stops of the demonstration, one in each state. The notice for which goods are held and the request that customs have
seen are on cases; the others are without one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.prevention.stops.actions import ACTIONS, draft_stop
from coordination.prevention.stops.models import Stop
from coordination.prevention.stops.watching import expire

NOTICE = {"ground": "changed", "fact": "驻外经商机构核实，最终用户证明所载用户不存在，证明文件系伪造。"}
REQUEST = {"text": "请核对货物品名、成分与申报是否一致，查验后反馈。"}
ENDED = {"reason": "经核实，最终用户证明真实有效。"}
EXPIRED = "EXPIRED"
INVENTED = "某丁卯"


class Act(NamedTuple):
    """An action, by whom, how many minutes after the draft."""

    verb: str
    who: str
    minutes: int
    given: dict[str, Any]


def _customs(verb: str, minutes: int, answer: str = "") -> Act:
    return Act(verb, "customs.officer", minutes, {"answer": answer} if answer else {})


def _sent(agency: str) -> tuple[Act, ...]:
    return (Act("send_out", f"{agency}.lead", 5, {}),)


APPROVED = (Act("submit", "commerce.officer", 5, {}), Act("approve", "commerce.head", 15, {}))
SEE = _customs("see", 19)
HOLD = (SEE, _customs("hold", 40, "货物已在监管仓库暂不放行。"))
# State → agency of the sender and what was done; notices are those that the head approves.
ON_CASES: dict[str, tuple[str, tuple[Act, ...]]] = {
    "HELD": ("commerce", (*APPROVED, *HOLD)),
    "SEEN": ("antismuggling", (*_sent("antismuggling"), _customs("see", 9))),
}
WITHOUT_CASE: dict[str, tuple[str, tuple[Act, ...]]] = {
    "DRAFT": ("police", ()),
    "HEAD_DECISION": ("commerce", APPROVED[:1]),
    "STANDING": ("police", (*_sent("police"), SEE, _customs("stand", 30))),
    "QUERIED": ("commerce", (*APPROVED, *HOLD, _customs("query", 70, "已发出质疑通知书。"))),
    "DETAINED": ("antismuggling", (*_sent("antismuggling"), *HOLD, _customs("detain", 90, "已依法扣留。"))),
    "ALREADY_RELEASED": ("police", (*_sent("police"), SEE, _customs("already_released", 25, "货物已于昨日放行离境。"))),
    "NOT_FOUND": ("antismuggling", (*_sent("antismuggling"), SEE, _customs("not_found", 60, "未查到该报关单。"))),
    "LIFTED": ("commerce", (*APPROVED, *HOLD, Act("lift", "commerce.head", 120, ENDED))),
    "WITHDRAWN": ("police", (*_sent("police"), Act("withdraw", "police.lead", 35, ENDED))),
    EXPIRED: ("police", (*_sent("police"), SEE, _customs("stand", 30))),
    "SENT": ("antismuggling", _sent("antismuggling")),
}


def load_stops() -> None:
    """Idempotent."""
    if Stop.objects.filter(exporter__startswith=INVENTED).exists():
        return
    began = times.now() - timedelta(hours=3)
    for serial, (state, (agency, acts)) in enumerate({**ON_CASES, **WITHOUT_CASE}.items(), 1):
        start = times.now() - timedelta(minutes=6) if state == "SENT" else began
        case = _case(_person(f"{agency}.officer")) if state in ON_CASES else None
        stop = _draft(f"{agency}.officer", start, case, is_notice=acts[:1] == APPROVED[:1], serial=serial)
        _perform(stop, acts, start)
        if state == EXPIRED:  # the form takes no past day
            Stop.objects.filter(pk=stop.pk).update(last_day=times.today() - timedelta(days=1))
    expire()


def _draft(who: str, began: datetime, case: Case | None, *, is_notice: bool, serial: int) -> Stop:
    exporter = case.parties.filter(role="exporter").first() if case else None
    goods = case.items.filter(nature="goods").first() if case else None
    return draft_stop(
        case,
        "notice" if is_notice else "request",
        actor=_person(who),
        customs="GACC",
        declaration_no=f"5301{began.year}1{serial:09}",
        exporter=exporter.name if exporter else f"{INVENTED}{serial}贸易公司",
        goods=goods.description if goods else "镓锭",
        weight_kg=goods.net_weight_kg if goods else 200 + serial,
        last_day=times.today() + timedelta(days=14),
        happened_at=began,
        **(NOTICE if is_notice else REQUEST),
    )


def _perform(stop: Stop, acts: Iterable[Act], began: datetime) -> None:
    for one in acts:
        ACTIONS[one.verb](stop, actor=_person(one.who), happened_at=began + timedelta(minutes=one.minutes), **one.given)
        stop.refresh_from_db()


def _person(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))


def _case(actor: Actor) -> Case | None:
    """The oldest open case whose exporter and goods this person reads. Real cases do not show invented stops."""
    read = Case.objects.contents_visible_to(actor).open().filter(is_synthetic=True, parties__role="exporter")
    found: Case | None = read.filter(items__nature="goods").order_by("opened_at", "number").distinct().first()
    return found
