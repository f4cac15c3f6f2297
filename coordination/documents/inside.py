"""What a paper says of a proceeding, of a measure on property in it, and of one suspect. Chinese, as `contexts` tells.

What was found, and by which evidence, nobody but the officer can write: those fields are filled by hand.
"""

from agencies.journal.models import Event
from cases.clocks.models import Clock
from cases.controls.models import Offence
from cases.custody.models import GoodsLot
from cases.papers.actions import Filling
from cases.papers.texts import Form
from cases.proceedings.models import Measure, Proceeding, PropertyMeasure, Suspect, lines_of

from .parts import Fields, amount, case_fields, contact, day, known, numbered, party_words

PROCURATORATE = "人民检察院"
LOT_HEAD = ["序号", "货物编号", "品名", "数量", "单位", "封志", "存放地点"]
# What a measure is ordered by, for those kinds of which the paper is one of the law's own.
ORDERS = {PropertyMeasure.Kind.DETENTION: "DETAIN", PropertyMeasure.Kind.SEAL: "SEAL"}


def of_proceeding(proceeding: Proceeding, form: Form) -> Filling:
    return Filling(fields=known(_proceeding_fields(proceeding)), addressee=_addressee(proceeding))


def of_property(measure: PropertyMeasure, form: Form) -> Filling:
    """The order stands under the number that it was given with, the release under that of the act that ended it."""
    ends = form.code == "RELEASE"
    lots = list(measure.lots.all())
    own = {
        **_proceeding_fields(measure.proceeding),
        "措施": measure.get_kind_display(),
        "措施文号": measure.paper,
        "措施对象": measure.subject or numbered(map(_lot_words, lots)),
        "措施理由": measure.reason.rstrip("。．.；; \n"),  # it stands within a sentence
        "措施批准人": measure.authority,
        "措施开始": day(measure.since),
        "措施期满": _ends_on(measure),
        "解除日期": day(measure.ended_at),
        "解除理由": _reason_of_end(measure),
    }
    return Filling(
        fields=known(own),
        addressee=own["当事人"],
        number=measure.end_paper if ends else measure.paper,
        tables=[_lot_table(lots)] if lots else [],
    )


def of_suspect(line: Suspect, form: Form) -> Filling:
    offences = list(line.charges.all()) or _suspected(line.proceeding)
    own = {
        **_proceeding_fields(line.proceeding),
        **_offence_fields(offences),
        "犯罪嫌疑人": suspect_words(line),
    }
    return Filling(fields=known(own), addressee=PROCURATORATE)


def _addressee(proceeding: Proceeding) -> str:
    """A filing is told to the party; the opinion for prosecution goes to the procuratorate."""
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
        "犯罪嫌疑人": numbered(map(suspect_words, suspects)),
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
    """立案: of a criminal proceeding its beginning, of an administrative one the act that filed it."""
    if proceeding.is_criminal:
        return day(proceeding.opened_at)
    filed = Event.objects.filter(object_kind=Proceeding.clock_kind, object_id=proceeding.pk, verb="file")
    return day(filed.order_by("-happened_at").values_list("happened_at", flat=True).first())


def suspect_words(line: Suspect) -> str:
    """Who it is, and what was done to hold him: each measure with its day and its paper, in order."""
    held = [
        f"{day(one.since)}{one.get_kind_display()}（{one.paper}）"
        for one in line.measures.exclude(kind=Measure.Kind.TECHNICAL)
    ]
    nationality = f"，国籍：{line.nationality.name_zh}" if line.nationality else ""
    measures = f"，强制措施：{'，'.join(held)}" if held else ""
    return f"{party_words(line.party)}{nationality}{measures}"


def _ends_on(measure: PropertyMeasure) -> str:
    """The end of its period as it was first ordered, or as it was extended since; "" where the law sets none."""
    last = Clock.objects.about(measure).order_by("-started_at").values_list("due_at", flat=True).first()
    return day(last)


def _reason_of_end(measure: PropertyMeasure) -> str:
    told = Event.objects.filter(object_kind=PropertyMeasure.clock_kind, object_id=measure.pk, verb="release")
    last = told.select_related("note").order_by("-happened_at").first()
    return last.remark.reason if last and last.remark else ""


def _lot_words(lot: GoodsLot) -> str:
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
