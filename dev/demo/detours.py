"""Invented transfers off the main path: passed on, returned, urgent, or overtaken by facts."""

from .non_filings import matter, received
from .script import (
    BUREAU,
    BUREAU_HEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    ON_PAPER,
    POLICE,
    HoursAgo,
    step,
)

ELSEWHERE = "未发现走私故意，涉案行为主要是买卖许可证件，不属于本机关管辖。"

SCRIPTS = [
    matter(13, "碳化钨粉", 22_000, 4_700_000, "金属碎料", 20, *received(2),
           step(HoursAgo(9), BUREAU_HEAD, "referral.disown", reason=ELSEWHERE)),
    # Passed on, and not yet signed for by the competent police.
    matter(14, "氧化镝", 1_100, 1_900_000, "抛光粉", 24, *received(6),
           step(4, BUREAU_HEAD, "referral.disown", reason=ELSEWHERE),
           step(4, BUREAU, "referral.reroute", receiver="MPS_ECID", letter="随函转送案卷2册，请依法审查。")),
    matter(15, "金属铟", 800, 2_300_000, "焊料", 40, *received(20),
           step(19, BUREAU_HEAD, "referral.disown", reason=ELSEWHERE),
           step(19, BUREAU, "referral.reroute", receiver="MPS_ECID", letter="随函转送案卷2册，请依法审查。"),
           step(18, POLICE, "referral.accept", reason="签收。"),
           step(17, CUSTOMS, "referral.tell_change", letter="复核称重为七百六十千克，原清单数量有误，请以本函为准。")),
    matter(16, "六氟化钨", 340, 620_000, "工业气体", 40, *received(20),
           step(19, BUREAU_HEAD, "referral.disown", reason="申报要素不实，尚不构成犯罪，许可事项待查。"),
           step(19, BUREAU, "referral.send_back", competent="MOFCOM_SCB",
                ending_reason="不属于公安机关管辖，请移送商务主管部门处理。")),
    # Urgent: the ship was about to leave, the test report follows.
    matter(17, "锑锭", 46_000, 8_800_000, "铅锭", 9,
           step(2, CUSTOMS, "case.draft_transfer", makes="referral", receiver="GACC_ASB", offence="SMUG_PROHIBITED",
                title="紧急移送锑锭46吨伪报出口案", team=(CUSTOMS, CUSTOMS_LEAD)),
           step(HoursAgo(30), CUSTOMS, "referral.submit_urgent", urgency="amount", owed_papers="检验报告；调查报告。",
                reason="船舶当晚开航，涉案人员可能离境。"),
           step(HoursAgo(29), CUSTOMS_HEAD, "referral.approve", reason="同意紧急移送。", incomplete_because=ON_PAPER),
           step(HoursAgo(28), CUSTOMS, "referral.deliver", reason="货物现场移交，案卷随后补送。"),
           step(HoursAgo(27), BUREAU, "referral.accept", reason="现场签收。")),
]  # fmt: skip
