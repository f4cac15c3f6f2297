"""What a stop notice or an inspection request says on paper. A notice has its ground and fact, and no other reason."""

from datetime import datetime

from django.utils import translation

from agencies.kernel.actor import Actor
from cases.papers.actions import PaperData, issue_with_subject
from cases.papers.models import Paper
from cases.papers.texts import FORMS, PaperForm
from cases.papers.wording import address, contact, day, known

from .models import Ground, Stop, StopKind

FORM_OF_KIND: dict[str, PaperForm] = {
    StopKind.NOTICE: FORMS["STOP_NOTICE"],
    StopKind.REQUEST: FORMS["STOP_REQUEST"],
}
# Papers are in Chinese, also on an English page. The grounds of DUR art. 22(2), as it names them.
GROUNDS = {
    Ground.CATCH_ALL: "该条例第十四条第三款：已通知出口经营者出口该货物应当申请许可。",
    Ground.SUSPENDED: "该条例第十八条第四款：已要求暂停向有关最终用户出口。",
    Ground.CHANGED: "该条例第二十五条：最终用户、最终用途发生改变，或者证明文件系伪造、变造。",
}


def paper_data(stop: Stop) -> PaperData:
    """The fields of the sheet, in Chinese."""
    with translation.override("zh-hans"):
        own = {
            "自称": address("我", stop.sender),
            "对称": address("你", stop.customs),
            "货物": _goods(stop),
            "依据": GROUNDS[Ground(stop.ground)] if stop.ground else "",
            "事实": stop.fact,
            "正文": stop.text,
            "布控期限": day(stop.last_day),
            **contact("承办人", "联系电话", stop.drafter),
        }
        return PaperData(fields=known(own), addressee=stop.customs.name_zh, to_id=stop.customs_id, number=stop.number)


def _goods(stop: Stop) -> str:
    exporter = f"{stop.exporter}（统一社会信用代码{stop.exporter_code}）" if stop.exporter_code else stop.exporter
    facts = {
        "报关单号": stop.declaration_no,
        "集装箱号": stop.container,
        "申报关区：": stop.district.name_zh if stop.district else "",
        "出口经营者：": exporter,
        "品名：": stop.goods,
        "重量（千克）：": stop.weight,
    }
    return "；".join(f"{name}{text}" for name, text in facts.items() if text) + "。"


def issue_paper(stop: Stop, *, actor: Actor, at: datetime) -> Paper:
    """Issues the paper of the stop that was sent. Raises what `issue_with_subject` raises."""
    return issue_with_subject(
        FORM_OF_KIND[stop.kind],
        paper_data(stop),
        actor=actor,
        at=at,
        case=stop.case,
        agency=stop.sender,
        subject_kind="stop",
        subject_id=stop.pk,
    )
