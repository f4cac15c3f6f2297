"""Sheet of an instruction: only the letter's own text, because it gives no access to its case. In Chinese."""

import re

from cases.papers.actions import PaperData
from cases.papers.texts import PaperForm
from cases.papers.wording import Fields, contact, day, known, signs_as
from cases.proceedings.models import Proceeding
from coordination.exchange.instructions.models import Instruction

NAMED_BY_ITSELF = ("DIR_DESIGNATE", "DIR_TAKE_UP")  # 决定书; the others are “关于……的请示”
BEGINNING = re.compile(r"^(交办|批示|指定管辖|提级|提级管辖|报请|请示)[：:]\s*")
ENDINGS = ("请示", "函", "通知")
REPLIES = {Instruction.State.AGREED: "同意你单位意见。", Instruction.State.DISAGREED: "不同意你单位意见。"}
BY_CRIMINAL_RULE = "《公安机关办理刑事案件程序规定》第二十二条"
BY_PENALTY_LAW = "《中华人民共和国行政处罚法》第二十五条"


def of_instruction(instruction: Instruction, form: PaperForm) -> PaperData:
    to = instruction.sender if form.side == "receiver" else instruction.receiver
    about = _about(instruction, form)
    own = {
        "发文机关": signs_as(instruction.sender),
        "受文机关": signs_as(instruction.receiver),
        "来文标题": about,
        "来文文号": instruction.number,
        "正文": instruction.text,
        "答复期限": day(instruction.due_at),
        "答复": instruction.answer,
        "批复意见": REPLIES.get(Instruction.State(instruction.state), ""),
        **_designation(instruction),
        **contact("承办人", "联系电话", instruction.drafter),
        **contact("签收人", "签收人电话", instruction.handler),
    }
    return PaperData(
        fields=known(own),
        title="" if form.code in NAMED_BY_ITSELF else f"关于{about}的{form.name_zh}",
        addressee=to.name_zh,
        to_id=to.pk,
        number=instruction.number if form.number == "subject" else "",
    )


def _about(instruction: Instruction, form: PaperForm) -> str:
    """What it is about, even if its title already has the form of a paper's title."""
    title = BEGINNING.sub("", instruction.title.strip()).removeprefix("关于")
    for ending in dict.fromkeys((form.name_zh, *ENDINGS)):
        title = title.removesuffix(f"的{ending}")
    return title


def _designation(instruction: Instruction) -> Fields:
    """The legal basis, as far as the proceeding shows it; otherwise filled in by hand."""
    origin = instruction.origin
    if origin is None:
        return {"指定管辖依据": "", "原办机关": ""}
    basis = BY_CRIMINAL_RULE if origin.kind == Proceeding.Kind.CRIMINAL else BY_PENALTY_LAW
    gives_up = origin.agency_id != instruction.receiver_id
    return {"指定管辖依据": basis, "原办机关": signs_as(origin.agency) if gives_up else ""}
