"""Findings of military end use of the demonstration: one in each state, the concluded one established by two people."""

from typing import Any

from django.db.models import QuerySet

from agencies.journal.transitions import confirmed_by
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case, Party
from coordination.prevention.enduse.actions import ACTIONS, examine
from coordination.prevention.enduse.models import EndUseFinding

OFFICER, LEAD = "customs.officer", "customs.lead"
Answers = dict[str, Any]
REGISTER: Answers = {
    "facts": ["owner", "shared_contact", "defence_industry"],
    "answer": "no",
    "source": "境外公司登记摘录（演示）第7号",
}
CERTIFICATE: Answers = {
    "facts": ["certificate_use"],
    "answer": "yes",
    "source": "最终用户和最终用途证明（演示）第12号，第3条载明用于军用雷达",
}
SIGN: Answers = {"facts": ["delivery_place"], "answer": "yes", "source": "运输单证（演示），交货地为某军港仓库"}
ASKED: Answers = {"facts": ["military_payment"], "answer": "unknown", "source": "已请开户银行协助查询，尚未答复"}
ESTABLISHED: Answers = {
    "conclusion": "established",
    "because": "最终用户和最终用途证明载明货物用于军用雷达，交货地为军事场所，足以认定军事最终用途。",
}
INDICATED: Answers = {"conclusion": "indicated", "because": "交货地为某军港仓库，尚需核实最终用户与军事单位的关系。"}
COURSES: tuple[tuple[tuple[str, Answers], ...], ...] = (
    (("record_facts", CERTIFICATE), ("record_facts", SIGN), ("record_facts", REGISTER), ("conclude", ESTABLISHED)),
    (
        ("record_facts", SIGN),
        ("conclude", INDICATED),
        ("change_facts", {**SIGN, "answer": "no", "source": "驻外机构核实（演示），该仓库为商用仓库"}),
    ),
    (("record_facts", REGISTER), ("record_facts", ASKED)),
    (("withdraw", {"reason": "该当事人不是最终用户，另行审查。"}),),
)


def load_end_uses() -> None:
    """Loads them once."""
    if EndUseFinding.objects.exists():
        return
    for course, party in zip(COURSES, _buyers(), strict=False):
        finding = examine(Case.objects.get(pk=party.case_id), actor=_who(OFFICER), party=str(party.pk))
        for verb, given in course:
            with confirmed_by(_who(LEAD)):
                ACTIONS[verb](finding, actor=_who(OFFICER), **given)
            finding.refresh_from_db()


def _buyers() -> QuerySet[Party]:
    """Foreign parties of invented cases that customs lead."""
    led = Party.objects.filter(case__lead__code="GACC", case__is_synthetic=True, country__isnull=False)
    open_ones = led.exclude(case__handling="H3").exclude(case__state=Case.State.CLOSED)
    abroad: QuerySet[Party] = open_ones.exclude(country__alpha3="CHN").order_by("created_at", "pk")
    return abroad


def _who(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
