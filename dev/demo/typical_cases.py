"""Typical cases of the demonstration: two published ones, one that waits for its check, and the other states."""

from typing import Any

from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.insight.typical_cases.actions import ACTIONS, draft_typical_case
from coordination.insight.typical_cases.models import TypicalCase

FALSE_NAME = {
    "title_zh": "伪报品名出口管制金属典型案例",
    "title_en": "Controlled metal exported under a false name",
    "facts_zh": "某公司将管制金属伪报为普通金属，委托货代分批申报出口，经第三国转运。"
    "海关在查验中发现货物密度与申报不符，经鉴定属于两用物项。",
    "facts_en": "A company declared a controlled metal as an ordinary one, "
    "had it shipped in parts by a forwarder and transshipped in a third country. On inspection the density did not fit "
    "the declaration; the goods were found to be a dual-use item.",
    "handling_zh": "海关依法扣留货物，涉嫌犯罪部分移送公安机关，其余依法作出行政处罚。",
    "handling_en": "Customs detained the goods, transferred the suspected crime to the police and penalised the rest.",
    "significance_zh": "货代对品名、密度和单价明显不符的货物应当履行核实义务。",
    "significance_en": "A forwarder has to verify goods whose name, density and price plainly do not agree.",
}
WITHOUT_LICENCE = {
    "title_zh": "样品无证出口典型案例",
    "title_en": "Samples exported without a licence",
    "facts_zh": "某公司以样品名义多次寄递管制物项，认为样品无须许可。",
    "facts_en": "A company sent controlled items as samples several times and believed that samples need no licence.",
    "handling_zh": "海关责令改正，并依法处罚；企业随后建立了内部合规制度。",
    "handling_en": "Customs ordered a correction and fined it; the company then set up a compliance programme.",
    "significance_zh": "样品、展品和免费货物同样受出口管制。",
    "significance_en": "Samples, exhibits and goods free of charge are subject to export control too.",
}
TO_JUDGE = "该公司位于广东省深圳市，于2026年3月5日申报。"
# Which case, text, steps after the draft.
STEPS: tuple[tuple[int, dict[str, str], tuple[str, ...]], ...] = (
    (0, FALSE_NAME, ("edit", "submit", "publish", "withdraw")),
    (0, FALSE_NAME, ("edit", "submit", "publish")),
    (1, WITHOUT_LICENCE, ("discard",)),
    (1, WITHOUT_LICENCE, ("edit", "submit", "publish")),
    (2, {**FALSE_NAME, "facts_zh": f"{FALSE_NAME['facts_zh']}{TO_JUDGE}"}, ("edit", "submit")),
    (3, WITHOUT_LICENCE, ()),
)
GIVEN: dict[str, dict[str, Any]] = {
    "publish": {"checked": True},
    "withdraw": {"ending_reason": "演示：案情描述可据以识别当事人，修改后另行公布。"},
    "discard": {"ending_reason": "演示：改用另一案件。"},
}


def load_typical_cases() -> int:
    """Returns the number of new typical cases. Idempotent."""
    if TypicalCase.objects.exists():
        return 0
    officer, lead = (
        actor_for(User.objects.select_related("agency").get(username=name))
        for name in ("customs.officer", "customs.lead")
    )
    over = Case.objects.filter(lead_id=officer.agency_id, state__in=("CONCLUDED", "CLOSED"), handling__lt="H2")
    cases = list(over.order_by("created_at", "pk")[:4])
    for place, texts, verbs in STEPS:
        if place < len(cases):
            made = draft_typical_case(Case.objects.get(pk=cases[place].pk), actor=officer)
            for verb in verbs:
                actor = lead if verb in ("publish", "withdraw") else officer
                given = texts if verb == "edit" else GIVEN.get(verb, {})
                ACTIONS[verb](TypicalCase.objects.select_related("case").get(pk=made.pk), actor=actor, **given)
    return TypicalCase.objects.count()
