"""Contents of papers about a proceeding, a property measure in it, or a suspect. In Chinese, like `contexts`.

Findings and evidence are filled in by hand, because only the officer can write them.
"""

from agencies.journal.models import Event
from cases.controls.models import Offence
from cases.custody.models import GoodsLot
from cases.papers.actions import PaperData
from cases.papers.texts import PaperForm
from cases.papers.wording import Fields, amount, contact, day, known, numbered
from cases.proceedings.models import Measure, Proceeding, PropertyMeasure, Suspect, lines_of
from cases.proceedings.workflow import period_of

from .parts import case_fields, party_text, remedies

PROCURATORATE = "人民检察院"
LOT_HEAD = ["序号", "货物编号", "品名", "数量", "单位", "封志", "存放地点"]
# Forms that order a measure, for kinds with a statutory form.
ORDERS = {PropertyMeasure.Kind.DETENTION: "DETAIN", PropertyMeasure.Kind.SEAL: "SEAL"}


def of_proceeding(proceeding: Proceeding, form: PaperForm) -> PaperData:
    return PaperData(fields=known(_proceeding_fields(proceeding)), addressee=_addressee(proceeding))


def of_property(measure: PropertyMeasure, form: PaperForm) -> PaperData:
    """The order has the number under which it was given, the release that of the action that ended it."""
    ends = form.code == "RELEASE"
    lots = list(measure.lots.all())
    own = {
        **_proceeding_fields(measure.proceeding),
        "措施": measure.get_kind_display(),
        "措施文号": measure.paper,
        "措施对象": measure.subject or numbered(map(_lot_text, lots)),
        "措施理由": measure.reason.rstrip("。．.；; \n"),  # the text continues a sentence
        "措施批准人": measure.authority,
        **remedies(measure.proceeding.agency),
        "措施开始": day(measure.since),
        "措施期满": _ends_on(measure),
        "解除日期": day(measure.ended_at),
        "解除理由": _reason_of_end(measure),
    }
    return PaperData(
        fields=known(own),
        addressee=own["当事人"],
        number=measure.end_paper if ends else measure.paper,
        tables=[_lot_table(lots)] if lots else [],
    )


def of_suspect(line: Suspect, form: PaperForm) -> PaperData:
    offences = list(line.charges.all()) or _suspected(line.proceeding)
    own = {
        **_proceeding_fields(line.proceeding),
        **_offence_fields(offences),
        "犯罪嫌疑人": suspect_text(line),
    }
    return PaperData(fields=known(own), addressee=PROCURATORATE)


def _addressee(proceeding: Proceeding) -> str:
    """A filing is addressed to the party, an opinion for prosecution to the procuratorate."""
    if proceeding.is_criminal:
        return PROCURATORATE
    return "、".join(dict.fromkeys(line.party.name for line in lines_of(proceeding).select_related("party")))


def _proceeding_fields(proceeding: Proceeding) -> Fields:
    case, lines = proceeding.case, list(lines_of(proceeding).select_related("party"))
    parties = list({line.party_id: line.party for line in lines}.values()) or list(case.parties.all())
    acts = dict.fromkeys(line.act.title for line in lines if line.act)
    suspects = [line for line in lines if isinstance(line, Suspect)]
    return {
        **case_fields(case, parties, list(case.items.all())),
        **_offence_fields(_suspected(proceeding)),
        "案由": "、".join(acts) or case.title,
        "行政案号": "" if proceeding.is_criminal else proceeding.external_number,
        "刑事案号": proceeding.external_number if proceeding.is_criminal else "",
        "立案日期": _filed_on(proceeding),
        "犯罪嫌疑人": numbered(map(suspect_text, suspects)),
        "警示事项": "" if proceeding.is_criminal else proceeding.outcome_reason,
        **contact("承办人", "联系电话", proceeding.handler),
    }


def _suspected(proceeding: Proceeding) -> list[Offence]:
    return [proceeding.offence] if proceeding.offence else []


def _offence_fields(offences: list[Offence]) -> Fields:
    return {
        "涉嫌罪名": "、".join(one.name_zh for one in offences),
        "罪名依据": "、".join(one.cited for one in offences),
    }


def _filed_on(proceeding: Proceeding) -> str:
    """立案: the start of a criminal proceeding; for an administrative one, the action that filed it."""
    if proceeding.is_criminal:
        return day(proceeding.opened_at)
    filed = Event.objects.filter(object_kind=Proceeding.clock_kind, object_id=proceeding.pk, verb="file")
    return day(filed.order_by("-happened_at").values_list("happened_at", flat=True).first())


def suspect_text(line: Suspect) -> str:
    """The suspect and their coercive measures in order, each with date and paper."""
    held = [
        f"{day(one.since)}{one.get_kind_display()}（{one.paper}）"
        for one in line.measures.exclude(kind=Measure.Kind.TECHNICAL)
    ]
    nationality = f"，国籍：{line.nationality.name_zh}" if line.nationality else ""
    measures = f"，强制措施：{'，'.join(held)}" if held else ""
    return f"{party_text(line.party)}{nationality}{measures}"


def _ends_on(measure: PropertyMeasure) -> str:
    """The end of the period as ordered or extended; "" if the law sets none."""
    last = period_of(measure).order_by("-started_at").values_list("due_at", flat=True).first()
    return day(last)


def _reason_of_end(measure: PropertyMeasure) -> str:
    events = Event.objects.filter(object_kind=PropertyMeasure.clock_kind, object_id=measure.pk, verb="release")
    last = events.select_related("note").order_by("-happened_at").first()
    return last.remark.reason if last and last.remark else ""


def _lot_text(lot: GoodsLot) -> str:
    return f"{lot.description}{amount(lot.received)}{lot.get_unit_display()}"


def _lot_table(lots: list[GoodsLot]) -> dict[str, object]:
    rows = [
        [
            *(str(n), lot.number, lot.description, amount(lot.received), str(lot.get_unit_display())),
            *(lot.seal, lot.location),
        ]
        for n, lot in enumerate(lots, 1)
    ]
    return {"title": "货物、物品清单", "head": LOT_HEAD, "rows": rows}
