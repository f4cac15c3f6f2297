"""What the sheet of a letter up or down says: the letter's own words, for it gives no sight of its case. Chinese."""

import re

from cases.papers.actions import Filling
from cases.papers.texts import Form
from cases.proceedings.models import Proceeding
from coordination.directions.models import Direction

from .parts import Fields, contact, day, known, signs_as

NAMED_BY_ITSELF = ("DIR_DESIGNATE", "DIR_TAKE_UP")  # 决定书; the others are “关于……的请示”
BEGINNING = re.compile(r"^(交办|批示|指定管辖|提级|提级管辖|报请|请示)[：:]\s*")
ENDINGS = ("请示", "函", "通知")
REPLIES = {Direction.State.AGREED: "同意你单位意见。", Direction.State.DISAGREED: "不同意你单位意见。"}
BY_CRIMINAL_RULE = "《公安机关办理刑事案件程序规定》第二十二条"
BY_PENALTY_LAW = "《中华人民共和国行政处罚法》第二十五条"


def of_direction(direction: Direction, form: Form) -> Filling:
    to = direction.sender if form.side == "receiver" else direction.receiver
    about = _about(direction, form)
    own = {
        "发文机关": signs_as(direction.sender),
        "受文机关": signs_as(direction.receiver),
        "来文标题": about,
        "来文文号": direction.number,
        "正文": direction.text,
        "答复期限": day(direction.due_at),
        "答复": direction.answer,
        "批复意见": REPLIES.get(Direction.State(direction.state), ""),
        **_designation(direction),
        **contact("承办人", "联系电话", direction.drafter),
        **contact("签收人", "签收人电话", direction.handler),
    }
    return Filling(
        fields=known(own),
        title="" if form.code in NAMED_BY_ITSELF else f"关于{about}的{form.name_zh}",
        addressee=to.name_zh,
        to_id=to.pk,
        number=direction.number if form.number == "subject" else "",
    )


def _about(direction: Direction, form: Form) -> str:
    """What it is about, also where its title is written as that of a paper already."""
    told = BEGINNING.sub("", direction.title.strip()).removeprefix("关于")
    for ending in dict.fromkeys((form.name_zh, *ENDINGS)):
        told = told.removesuffix(f"的{ending}")
    return told


def _designation(direction: Direction) -> Fields:
    """By which rule, as far as the proceeding it is about tells; else it is filled in by hand."""
    origin = direction.origin
    if origin is None:
        return {"指定管辖依据": "", "原办机关": ""}
    basis = BY_CRIMINAL_RULE if origin.kind == Proceeding.Kind.CRIMINAL else BY_PENALTY_LAW
    gives_up = origin.organ_id != direction.receiver_id
    return {"指定管辖依据": basis, "原办机关": signs_as(origin.organ) if gives_up else ""}
