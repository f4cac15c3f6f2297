"""Contents of papers: one pure function for each kind of subject, with fields by their Chinese names.

Papers are always Chinese, so labels are evaluated in Chinese. Unknown fields are absent.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation

from agencies.organisations.beside import beside
from agencies.organisations.models import Agency
from cases.casefile.models import Party
from cases.controls.citations import official
from cases.files.models import Attachment
from cases.papers.actions import PaperData
from cases.papers.models import IncomingPaper, Paper
from cases.papers.texts import FORMS, PaperForm
from cases.papers.wording import Fields, address, amount, contact, day, known, minute, numbered, signs_as
from cases.proceedings.comparing import Sanction
from cases.proceedings.models import Decision, Proceeding, PropertyMeasure, Suspect
from cases.proceedings.powers import ground_basis
from cases.proceedings.workflow.decision import IMPOSED
from cases.proceedings.workflow.decision_conditions import statement_rule
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.referrals.chosen import acts_of, files_of, items_of, parties_of
from coordination.exchange.referrals.completeness import GOODS, INVESTIGATION, enclosed_scans
from coordination.exchange.referrals.models import Referral

from .course import course_fields, period
from .inside import ORDERS, of_proceeding, of_property, of_suspect, suspect_text
from .instruction_sheets import of_instruction
from .parts import case_fields, goods_table, item_text, places_of, remedies

ANNEXES = {
    "REV_LETTER": ("案卷材料", "涉案物品清单"),
    "NOFILE": ("退回的案卷材料",),
}

OF_SUPERVISION = ("SUP_SUGG", "SUP_WHY", "SUP_FILE")  # the filing itself is notified about the transfer


def filling_of(subject: Any, form: PaperForm) -> PaperData:
    """All known fields of this form for this subject, in Chinese."""
    with translation.override("zh-hans"):
        return BUILDERS[type(subject)](subject, form)


def issuer_of(subject: Any, form: PaperForm) -> int | None:
    """The agency that issues this form about this subject; None if the form belongs to another kind of referral."""
    if isinstance(subject, Referral):
        if subject.kind == Referral.Kind.SUPERVISION and form.code not in OF_SUPERVISION:
            return None
        if form.code == "RECON_DEC" and not subject.letters.filter(verb="ask_reconsideration").exists():
            return None  # filed at once: there was nothing to reconsider
        return subject.receiver_id if form.side == "receiver" else subject.sender_id
    if isinstance(subject, Instruction):
        return subject.receiver_id if form.side == "receiver" else subject.sender_id
    proceeding = subject if isinstance(subject, Proceeding) else subject.proceeding
    agency_id: int = proceeding.agency_id
    return agency_id


def forms_of_subject(subject: Any) -> list[str]:
    """Forms needed for the subject itself, independent of an action: the order of a property measure."""
    if isinstance(subject, PropertyMeasure) and subject.kind in ORDERS:
        return [ORDERS[PropertyMeasure.Kind(subject.kind)]]
    return []


# Referrals -----------------------------------------------------------------------------------------------------------
def of_referral(referral: Referral, form: PaperForm) -> PaperData:
    case, to = referral.case, _addressee(referral, form)
    parties, items = _parties(referral), list(items_of(referral))
    if form.code == "PROSECUTE":
        return _prosecution_opinion(referral, form)
    return PaperData(
        fields=known(
            {
                **case_fields(case, parties, items),
                **_hand_over_fields(referral),
                **_people_fields(referral),
                **_outcome_fields(referral),
                **(_opinions_and_penalties(referral) if form.code == "TRF_LETTER" else {}),
            }
        ),
        addressee=to.name_zh if to else "",
        to_id=to.pk if to else None,
        number=referral.number if form.number == "subject" else "",
        annexes=annexes_of(referral) if form.code == "TRF_LETTER" else ANNEXES.get(form.code, ()),
        copies=_copy_to(referral) if form.code == "TRF_LETTER" else "",
        tables=[goods_table(items, places_of(case))] if form.table == "goods" else [],
    )


def _prosecution_opinion(file: Referral, form: PaperForm) -> PaperData:
    """起诉意见书: what the proceeding knows, with the suspects, goods, facts and evidence of the file."""
    if file.origin is None:
        raise LookupError(f"the file {file.pk} has no proceeding")
    parties, items = _parties(file), list(items_of(file))
    suspects = file.origin.suspects.filter(party__in=parties).select_related("party", "nationality")
    own = {
        **case_fields(file.case, parties, items),
        "涉案物品": numbered(map(item_text, items)) or "无。",
        "犯罪嫌疑人": numbered(map(suspect_text, suspects)),
        "犯罪事实": file.report,
        "犯罪证据": numbered(_file_words(one) for one in files_of(file)),
    }
    fields = of_proceeding(file.origin, form).fields | known(own)
    return PaperData(fields=fields, addressee=file.receiver.name_zh, to_id=file.receiver_id)


def _addressee(referral: Referral, form: PaperForm) -> Agency | None:
    """A suggestion of supervision goes to the procuratorate, not to the police of the transfer. The procuratorate's
    enquiries and orders go to those police."""
    if form.code == "SUP_SUGG" and referral.is_transfer:
        return referral.supervised_by
    if form.code in ("SUP_WHY", "SUP_FILE"):
        return referral.respondent
    return referral.sender if form.side == "receiver" else referral.receiver


def _parties(referral: Referral) -> list[Party]:
    return list(parties_of(referral).prefetch_related("identifiers"))


def _hand_over_fields(referral: Referral) -> Fields:
    offence = referral.offence
    return {
        "移送机关": signs_as(referral.sender),
        "自称": address("我", referral.sender),
        "对称": address("你", referral.receiver),
        "受移送机关": signs_as(referral.receiver),
        "移送文号": referral.number,
        "移送日期": day(referral.delivered_at),
        "签收日期": day(referral.signed_at),
        "涉嫌罪名": offence.name_zh if offence else "",
        "罪名依据": offence.cited if offence else "",
        "主要事实": referral.report,
        "事实标题": ("四" if referral.case.shipments.exists() else "三") + "、主要事实和证据",
        "来文标题": referral.title,
        "行政案号": _administrative_number(referral),
        "被建议监督机关": signs_as(referral.respondent) if referral.respondent else signs_as(referral.receiver),
    }


def _people_fields(referral: Referral) -> Fields:
    return {
        "专案组成员": "、".join(user.name_zh for user in referral.team.order_by("username")),
        **contact("承办人", "联系电话", referral.drafter),
        **contact("签收人", "签收人电话", referral.handler),
    }


def _outcome_fields(referral: Referral) -> Fields:
    letters = {letter.verb: letter.text for letter in referral.letters.all()}
    filed = referral.proceeding
    written = {field: _first(letters, verbs) for field, verbs in LETTERS.items()}
    if filed and letters.get("ask_reconsideration") and not written["复议决定"]:
        written["复议决定"] = f"撤销原不予立案决定，于{day(filed.opened_at)}立案侦查。"
    return {
        "维持的决定": "不予立案的复议决定" if letters.get("uphold") else "",
        "补正材料": referral.asked_papers,
        "不立案理由": referral.ending_reason,
        "刑事案号": filed.external_number if filed else "",
        "刑事立案日期": day(filed.opened_at) if filed else "",
        "协查结果": referral.answer,
        **written,
    }


# Letters between the sides, by the actions that wrote them.
LETTERS = {
    "复议理由": ("ask_reconsideration", "reconsider"),
    "复议决定": ("uphold", "overturn", "file_on_reconsideration"),
    "监督理由": ("suggest_supervision", "suggest"),
    "要求说明的事项": ("ask_reasons",),
    "通知立案的理由": ("order_filing",),
}


def _first(letters: Fields, verbs: Iterable[str]) -> str:
    return next((letters[verb] for verb in verbs if letters.get(verb)), "")


def _copy_to(referral: Referral) -> str:
    """A copy of the letter goes to the procuratorate of the same level; a blank where it is not known."""
    known = referral.copy_to.name_zh if referral.copy_to else beside(referral.sender).procuratorate
    return known or "【同级人民检察院】"


def _administrative_number(referral: Referral) -> str:
    own = Proceeding.objects.filter(case=referral.case_id, agency=referral.sender_id).exclude(external_number="")
    return own.order_by("-opened_at").values_list("external_number", flat=True).first() or ""


# Files of a transfer -------------------------------------------------------------------------------------------------


def annexes_of(referral: Referral) -> tuple[str, ...]:
    """The files handed over with a transfer (D310 art. 6): report, goods list, evidence, opinions, other papers."""
    issued = {paper.form: paper.number for paper in _issued(referral)}
    forms = [INVESTIGATION, *([GOODS] if items_of(referral).exists() else [])]
    own = [_numbered(FORMS[code].name_zh, issued.get(code, "")) for code in forms]
    written = "；".join(line.strip(" 　。；;") for line in referral.enclosures.splitlines() if line.strip())
    evidence = [f"证据清单：{written}"] if written else []
    files = [_file_words(file) for file in files_of(referral)]
    return (*own, *evidence, *files, *map(_titled, enclosed_scans(referral)), *_penalties_of(referral))


def _file_words(file: Attachment) -> str:
    place = "，".join(filter(None, [file.volume, f"共{file.pages}页" if file.pages else ""]))
    return f"{file.title}（{place}）" if place else file.title


def _issued(referral: Referral) -> QuerySet[Paper]:
    return Paper.objects.about(referral.clock_kind, referral.pk).filter(state=Paper.State.ISSUED)


def _opinions_and_penalties(referral: Referral) -> Fields:
    opinions = [one for one in enclosed_scans(referral) if one.is_report]
    return {
        "鉴定意见": "；".join(map(_opinion, opinions)),
        "已作处罚": "；".join(_penalties_of(referral)),
    }


def _opinion(paper: IncomingPaper) -> str:
    """A report with who gave it, and their qualification."""
    qualified = f"（资质：{paper.accreditation}）" if paper.accreditation else ""
    return f"{paper.laboratory or paper.agency.name_zh}{qualified}{_titled(paper)}"


def _penalties_of(referral: Referral) -> list[str]:
    """Decisions that the sender has made about these parties and acts: copies go with the transfer."""
    made = Decision.objects.filter(
        *(Q(proceeding__case=referral.case_id, proceeding__agency=referral.sender_id), Q(state__in=IMPOSED)),
        *(Q(party__in=_parties(referral)), Q(act=None) | Q(act__in=acts_of(referral))),
    )
    return [one for one in map(_served_paper, made.exclude(decision_number="").order_by("decided_at", "pk")) if one]


def _titled(paper: IncomingPaper) -> str:
    return _numbered(paper.title, paper.number)


def _numbered(title: str, number: str) -> str:
    return f"《{title.strip('《》')}》（{number}）" if number else f"《{title.strip('《》')}》"


# Decisions -----------------------------------------------------------------------------------------------------------
def of_decision(decision: Decision, form: PaperForm) -> PaperData:
    proceeding, case = decision.proceeding, decision.proceeding.case
    items = list(case.items.all())
    own = known(
        {
            **case_fields(case, [decision.party], items),
            "处罚机关": signs_as(proceeding.agency),
            "行政案号": proceeding.external_number,
            "案由": decision.act.title if decision.act else case.title,
            "违法事实": decision.facts,
            "处罚依据": decision.basis,
            "拟处罚内容": decision.proposed or penalties(Sanction.proposed(decision)),
            "处罚内容": penalties(imposed(decision)) or decision.proposed,
            "裁量理由": decision.ground,
            "不予处罚依据": official(ground_basis(decision.ground_kind)),
            **course_fields(decision),
            "听证时间": minute(decision.hearing_on),
            "送达文书": _served_paper(decision),
            "送达告知书": _notice(decision),
            "证据": _evidence(proceeding),
            "缴款期限": "15日" if (decision.fine_cny if decision.result else decision.proposed_fine_cny) else "",
            "陈述申辩期限": period(statement_rule(decision)),
            "听证期限": "" if decision.without_hearing else period("ADM_HEARING_REQ"),
            **remedies(proceeding.agency),
            **contact("承办人", "联系电话", proceeding.handler),
        }
    )
    number = decision.decision_number if form.number == "subject" else ""
    return PaperData(fields=own, addressee=decision.party.name, number=number)


def _evidence(proceeding: Proceeding) -> str:
    """Papers that the agency has on the case, by title and number; what else proves the facts is written by hand."""
    kept = IncomingPaper.objects.standing().filter(case=proceeding.case_id, keeper=proceeding.agency_id)
    return "；".join(f"{one.title}（{one.number}）" for one in kept.order_by("dated", "pk"))


def imposed(decision: Decision) -> Sanction:
    return Sanction.of(decision.penalties, decision.fine_cny, decision.confiscated_cny, decision.months)


def penalties(sanction: Sanction) -> str:
    """Kinds of penalty with their sums and duration, in the order of the law."""
    return numbered(_penalty(kind, sanction) for kind in Decision.Penalty if kind.value in sanction.kinds)


def _penalty(kind: Decision.Penalty, sanction: Sanction) -> str:
    if kind == Decision.Penalty.FINE and sanction.fine is not None:
        return f"罚款人民币{amount(sanction.fine)}元"
    if kind == Decision.Penalty.GAINS and sanction.gains is not None:
        return f"没收违法所得人民币{amount(sanction.gains)}元"
    lasts = f"{sanction.months}个月" if kind in Decision.TIMED and sanction.months else ""
    return f"{kind.label}{lasts}"


def _notice(decision: Decision) -> str:
    """The notice that is served: its number as recorded, or that of the paper issued last."""
    made = Paper.objects.about(Decision.clock_kind, decision.pk).filter(form="PRENOTICE", state=Paper.State.ISSUED)
    number = decision.notice_number or made.order_by("issued_at").values_list("number", flat=True).last() or ""
    return f"《行政处罚告知书》（{number}）" if number else ""


def _served_paper(decision: Decision) -> str:
    if not decision.decision_number:
        return ""
    name = "不予行政处罚决定书" if decision.result == Decision.Result.NO_PENALTY else "行政处罚决定书"
    return f"《{name}》（{decision.decision_number}）"


BUILDERS: dict[type[Any], Callable[[Any, PaperForm], PaperData]] = {
    Referral: of_referral,
    Decision: of_decision,
    Proceeding: of_proceeding,
    PropertyMeasure: of_property,
    Suspect: of_suspect,
    Instruction: of_instruction,
}
