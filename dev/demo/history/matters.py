"""The kinds of past matters: dismissed leads, fines, warnings, and transfers to the police with their outcome."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from stdnum.cn import uscc

from agencies.journal.actions import Audience
from agencies.organisations.beside import procuratorate_beside
from cases.casefile.models import Case, CaseTechnique, Identifier, Item, Party, Shipment
from cases.controls.models import Country, District, Offence, Technique, ViolationType
from cases.custody.models import CustodyEvent, GoodsLot
from cases.intake.models import Lead, LeadMark, Revision
from cases.proceedings.models import Decision, ProceduralStep, Proceeding
from cases.sharing.models import Share
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from dev.scale.chain import EventActor

from .book import Book, day_of
from .crime import Crime
from .drawing import GOODS, PLACES, ROUTES, TECHNIQUES, VIOLATIONS, Goods, pick
from .story import OWN, STATUS, Story, StoryObject

CUSTOMS, COMMERCE, BUREAU = "GACC", "MOFCOM_SCB", "GACC_ASB"
OFFICERS = {CUSTOMS: "customs", COMMERCE: "commerce", BUREAU: "antismuggling"}
TASKS = ("核对许可证", "调取报关单", "查询最终用户", "核对舱单", "调取银行流水")
FIRMS = ("华锐", "鼎源", "恒泰", "瑞丰", "金诚", "宏远", "天域", "中合", "博川", "启明", "远航", "盛达")
TRADES = ("贸易", "国际货运代理", "新材料", "金属", "供应链管理")


class Codes:
    """Ids of reference data by their codes, read once, and the numbers of cases."""

    def __init__(self, take_number: Callable[[int], str]) -> None:
        self.take_number = take_number
        self.countries = dict(Country.objects.values_list("alpha3", "pk"))
        self.districts = dict(District.objects.values_list("code", "pk"))
        self.techniques = dict(Technique.objects.values_list("code", "pk"))
        self.types = dict(ViolationType.objects.values_list("code", "pk"))
        self.offence = Offence.objects.get(code="SMUG_PROHIBITED").pk


def invented_uscc(serial: int) -> str:
    """A well-formed credit code that no company can have: there is no region 000000."""
    body = f"91000000MADEM{serial:04d}"
    return body + str(uscc.calc_check_digit(body))


class Matter(Story):
    """A lead and what became of it."""

    def __init__(self, book: Book, codes: Codes, serial: int, received: date, agency: str) -> None:
        super().__init__(book, serial, received)
        self.codes, self.agency = codes, book.agencies[agency]
        self.officer, self.leader, self.head = (
            book.who(f"{OFFICERS[agency]}.{role}") for role in ("officer", "lead", "head")
        )
        self.goods: Goods = pick(self.rng, *((one, one.weight) for one in GOODS))
        self.route = pick(self.rng, *ROUTES)
        self.technique = pick(self.rng, *TECHNIQUES)
        self.district, self.port = pick(self.rng, *(((code, port), weight) for code, port, weight in PLACES))
        self.kg = round(self.goods.kg * self.rng.uniform(0.05, 1) ** 1.5) + 1
        self.value = self.kg * round(self.goods.price * self.rng.uniform(0.6, 1))
        self.title = f"{self.goods.zh}伪报{self.goods.declared}出口案"
        self.title_en = f"{self.goods.en[:1].upper()}{self.goods.en[1:]} declared as {self.goods.declared_en}"
        self.declaration = f"{self.district}{self.at.year}9{serial:08d}"
        self.lead, self.case = StoryObject("lead", book.id()), StoryObject("case", book.id())
        self.parties: list[str] = []
        self.shared: dict[int, datetime] = {}
        self.case_opened = self.at

    # The lead
    def receive(self) -> None:
        came = self.at
        self.act(self.lead, "receive", self.officer, "RECEIVED", audience=OWN)
        content = {
            "title": self.title,
            "items": [
                {"description": self.goods.zh, "declared_as": self.goods.declared, "hs_code": self.goods.hs_code}
            ],
            "shipments": [{"customs_district": self.district, "route": list(self.route)}],
        }
        self.row(
            Revision, lead_id=self.lead.id, number=1, content=content, digest=f"history:{self.serial}", received_at=came
        )
        self.row(LeadMark, lead_id=self.lead.id, scheme="DECL", key=self.declaration)
        self.wait(0, 1)
        desk = (self.agency.pk, None)
        self.act(self.lead, "take_up", self.officer, "TAKEN_UP", audience=OWN, desk=desk)

    def decide_lead(self, verb: str, to: str, **columns: Any) -> None:
        came = self.lead.made or self.at
        self.perform("INT_TRIAGE", came, self.agency.code)
        desk = (self.agency.pk, self.officer.id)
        self.act(self.lead, verb, self.officer, to, audience=OWN, desk=desk)
        agency = self.agency.pk
        self.clock("INT_TRIAGE", self.lead, came, self.at, owner=agency, case=None)
        self.row(
            Lead,
            **self.lead.columns(),
            **{"agency_id": agency, "source_agency_id": agency, "source_system": "HISTORY", "report_type": "risk_hit"},
            **{"source_ref": f"HIST-{self.serial}", "title": self.title, "severity": self._severity()},
            **{"handling": "H1", "received_at": came, "officer_id": self.officer.id, "settled_revision": 1, **columns},
        )
        self.streams.append(("lead", self.lead.id, self.lead_events))

    def _severity(self) -> str:
        return pick(self.rng, ("low", 2), ("medium", 5), ("high", 3))

    # The case
    def open(self) -> None:
        self.decide_lead("promote", "PROMOTED", case_id=self.case.id)
        self.case_opened = self.at
        self.act(self.case, "open", self.officer, "OPENED")
        self.shared[self.agency.pk] = self.at
        self._facts()
        self.partner_task()

    def _facts(self) -> None:
        made, case = self.at, self.case.id
        china = self.codes.countries["CHN"]
        # A few firms recur.
        firm = int(220 * self.rng.random() ** 1.6)
        name = f"{FIRMS[firm % len(FIRMS)]}{firm}{TRADES[firm % len(TRADES)]}有限公司"
        person = f"{'王李张刘陈杨黄赵吴周'[firm % 10]}某{firm}"
        for kind, role, called in (("company", "exporter", name), ("person", "legal_representative", person)):
            pk = self.book.id()
            self.parties.append(pk)
            common = {"id": pk, "version": 1, "created_at": made, "case_id": case}
            self.row(Party, **common, kind=kind, role=role, name=called, country_id=china)
        code = invented_uscc(2000 + firm)
        self.row(Identifier, party_id=self.parties[0], scheme="USCC", value=code, key=code)
        conduct = day_of(self.at - timedelta(days=20))
        self.item = self.book.id()
        self.row(
            Item,
            **{"id": self.item, "version": 1, "created_at": made, "case_id": case, "description": self.goods.zh},
            **{"declared_as": self.goods.declared, "hs_code": self.goods.hs_code, "basis": "listed"},
            **{"conduct_on": conduct, "net_weight_kg": self.kg, "value": self.value, "currency": "CNY"},
        )
        self.row(
            Shipment,
            **{"id": self.book.id(), "version": 1, "created_at": made, "case_id": case, "port": self.port},
            **{"declaration_no": self.declaration, "district_id": self.codes.districts[self.district]},
            route=list(self.route),
        )
        violation = self.codes.types[VIOLATIONS.get(self.technique, "false_declaration")]
        self.row(Case.violation_types.through, case_id=case, violationtype_id=violation)
        self.row(CaseTechnique, case_id=case, technique_id=self.codes.techniques[self.technique])

    def close(self, outcome: str) -> None:
        self.at = max(self.at, self.latest)
        self.wait(0, 3)
        self.act(self.case, "conclude", self.officer, "CONCLUDED")
        self.soon()
        self.act(self.case, "close", self.leader, "CLOSED", reason="办结")
        self.row(
            Case,
            **self.case.columns(),
            **{
                "number": self.codes.take_number(self.case_opened.year),
                "title": self.title,
                "title_en": self.title_en,
                "summary": f"{self.title}。企业未取得两用物项出口许可。",
            },
            **{"severity": self._severity(), "handling": "H1", "lead_id": self.agency.pk, "outcome": outcome},
            **{"opened_at": self.case_opened, "is_synthetic": True},
        )
        for agency, since in self.shared.items():
            profile = "lead" if agency == self.agency.pk else "full"
            self.row(Share, case_id=self.case.id, agency_id=agency, profile=profile, granted_at=since)
        self.streams.append(("case", self.case.id, self.events))

    # Parts of a case
    def partner_task(self) -> None:
        """A task of the agency's own officer, done in time or late."""
        task, asked = StoryObject("task", self.book.id()), self.at
        before, title = self.at, self.rng.choice(TASKS)
        self.act(task, "ask", self.leader, "OPEN", audience=OWN)
        desk = (self.agency.pk, None)
        self.wait(0, 2)
        self.act(task, "claim", self.officer, "CLAIMED", audience=OWN, desk=desk)
        self.wait(2, 12)
        self.act(task, "complete", self.officer, "DONE", audience=OWN, desk=(self.agency.pk, self.officer.id))
        self.row(
            Task,
            **task.columns(),
            **{"case_id": self.case.id, "title": title, "asked_by_id": self.agency.pk, "asker_id": self.leader.id},
            **{"agency_id": self.agency.pk, "assignee_id": self.officer.id, "due_at": asked + timedelta(days=11)},
            result="已办结。",
        )
        self.at = before + timedelta(minutes=10)  # it ran beside the rest

    def assistance(self, to: str) -> None:
        """A request to another agency, answered within its target or late."""
        asked, before = self.book.agencies[to], self.at
        whom = self.book.who(f"{OFFICERS[to]}.officer")
        request = StoryObject("referral", self.book.id())
        mine, theirs = (self.agency.pk, self.officer.id), (asked.pk, whom.id)
        self.act(request, "draft", self.officer, "DRAFT", audience=OWN)
        self.soon()
        sent = self.act(request, "send", self.officer, "SENT", audience=Audience("pair", asked.pk), desk=mine)
        self.soon()
        pair: dict[str, Any] = {"audience": Audience("pair", self.agency.pk)}
        self.act(request, "accept", whom, "IN_WORK", desk=(asked.pk, None), **pair)
        self.perform("INT_ASSIST", sent, to)
        self.act(request, "answer", whom, "ANSWERED", desk=theirs, **pair)
        self.clock("INT_ASSIST", request, sent, self.at, owner=asked.pk, case=self.case.id, partner=self.agency.pk)
        self.row(
            Referral,
            **request.columns(),
            **{"case_id": self.case.id, "kind": "assistance", "sender_id": self.agency.pk, "receiver_id": asked.pk},
            **{
                "holder_id": self.agency.pk,
                "number": f"协〔{sent:%Y}〕9{self.serial:03d}号",
                "title": "请协助核查许可证情况",
            },
            **{"report": "请核查该企业许可证。", "delivered_at": sent, "answer": "未签发许可证。"},
            **{"drafter_id": self.officer.id, "handler_id": whom.id},
        )
        self.at = before + timedelta(minutes=30)

    def lot(self, taken: datetime) -> None:
        """Goods taken into custody then, and disposed of now."""
        lot, here, ends = StoryObject("lot", self.book.id()), self.agency.pk, self.at
        self.at = taken
        self.act(lot, "take_goods", self.officer, "HELD")
        self.at = ends
        self.act(lot, "dispose", self.officer, "DISPOSED")
        self.soon()
        place, end = f"{self.port}监管仓库", "依法上缴处理"
        common = {"quantity": self.kg, "custodian_id": here}
        self.row(
            GoodsLot,
            **lot.columns(),
            **{
                "case_id": self.case.id,
                "item_id": self.item,
                "number": "1",
                "description": self.goods.zh,
                "unit": "kg",
            },
            **{"received": self.kg, "net_weight_kg": self.kg, "location": end, "taken_by_id": here, **common},
        )
        for kind, at, location in (("received", taken, place), ("disposed", ends, end)):
            self.row(
                CustodyEvent,
                **{"lot_id": lot.id, "kind": kind, "happened_at": at, "recorded_at": at, "agency_id": here},
                **{"officer_id": self.officer.id, "amount": self.kg, "location": location, **common},
            )

    def proceeding(self, kind: str) -> StoryObject:
        """An administrative proceeding under verification."""
        self.wait(0, 3)
        opened = StoryObject("proceeding", self.book.id())
        self.act(opened, "open_proceeding", self.officer, "VERIFY", audience=STATUS)
        self.act(self.case, "handle", self.officer, "HANDLING")
        self.proceeding_kind = kind
        return opened

    def step(self, proceeding: StoryObject, verb: str, to: str, who: EventActor, **rest: Any) -> datetime:
        desk = (self.agency.pk, self.officer.id)
        return self.act(proceeding, verb, who, to, audience=STATUS, desk=desk, **rest)

    def end_proceeding(self, proceeding: StoryObject, outcome: str, number: str = "") -> None:
        self.soon()
        self.step(proceeding, "close", "CLOSED", self.leader)
        self.row(
            Proceeding,
            **proceeding.columns(),
            **{"case_id": self.case.id, "agency_id": self.agency.pk, "kind": self.proceeding_kind, "outcome": outcome},
            **{"handler_id": self.officer.id, "external_number": number, "opened_at": proceeding.made},
        )


def dismissed(book: Book, codes: Codes, serial: int, received: date, agency: str) -> Matter:
    matter = Matter(book, codes, serial, received, agency)
    matter.receive()
    why = pick(matter.rng, ("false_lead", 5), ("insufficient", 3), ("duplicate", 2), ("out_of_remit", 1))
    matter.decide_lead("close", "CLOSED", closing=why)
    return matter


def warned(book: Book, codes: Codes, serial: int, received: date) -> Matter:
    """A warning letter of the commerce bureau."""
    matter = Matter(book, codes, serial, received, COMMERCE)
    matter.receive()
    matter.open()
    inside = matter.proceeding("commerce")
    if matter.rng.random() < 0.4:
        matter.assistance(CUSTOMS)
    matter.wait(6, 25)
    matter.step(inside, "warn", "WARN", matter.leader)
    matter.end_proceeding(inside, "warned")
    matter.close("已发出警示函")
    return matter


def fined(book: Book, codes: Codes, serial: int, received: date) -> Matter:
    """A fine of customs, paid."""
    matter = Matter(book, codes, serial, received, CUSTOMS)
    matter.receive()
    matter.open()
    inside = matter.proceeding("customs")
    if matter.rng.random() < 0.6:
        matter.assistance(COMMERCE if matter.rng.random() < 0.6 else BUREAU)
    external = _investigated(matter, inside)
    filed = matter.at
    line, here = StoryObject("decision", book.id()), matter.agency.pk
    matter.act(line, "assess_transfer", matter.officer, "OPEN", audience=OWN)
    began = matter.at
    taken = _punished(matter, line)
    decided, served = taken["decide"], taken["serve"]
    matter.clock("CUS_DECISION", inside, filed, decided, owner=here, case=matter.case.id)
    fine = round(matter.value * matter.rng.uniform(0.05, 0.3), -2) + 1_000
    line.made = began
    matter.row(
        Decision,
        **line.columns(),
        **{"proceeding_id": inside.id, "party_id": matter.parties[0], "result": "penalty", "fine_cny": fine},
        **{"decision_number": f"署关缉违字〔{decided:%Y}〕9{serial:03d}号", "decided_at": decided, "served_at": served},
        **{"penalties": ["fine"], "service": "delivered", "facts": "未经许可出口管制物项。"},
        **{"basis": "出口管制法第三十四条第一项", "proposed": "罚款。", "proposed_penalties": ["fine"]},
        **{"proposed_fine_cny": fine, "notice_number": f"罚告9{serial:03d}号", "notice_round": 1},
        **{"statement": "请求从轻处罚。", "review_opinion": "程序合法。", "discussed_by": "三人"},
        **{"minutes": "同意。", "conclusion": "同意处罚意见。"},
    )
    matter.step(inside, "decide", "DECIDED", matter.leader)
    matter.soon()
    matter.lot(filed)
    matter.end_proceeding(inside, "penalty", external)
    matter.close("已作出行政处罚并执行完毕")
    return matter


PENALTY_COURSE = (
    ("notify", "ISSUED", 8, 25),
    ("serve_notice", "PRENOTICE", 1, 2),
    ("hear_party", "PRENOTICE", 1, 3),
    ("waive_hearing", "PRENOTICE", 1, 1),
    ("review", "REVIEW", 1, 6),
    ("record_review", "REVIEW", 1, 2),
    ("record_discussion", "REVIEW", 1, 2),
    ("decide", "DECIDED", 1, 4),
    ("serve", "SERVED", 1, 6),
    ("perform", "PERFORMED", 1, 6),
)


def _punished(matter: Matter, line: StoryObject) -> dict[str, datetime]:
    """The course of a penalty with its procedural steps. Returns when each act was."""
    taken: dict[str, datetime] = {}
    for verb, to, least, most in PENALTY_COURSE:
        matter.wait(least, most)
        taken[verb] = matter.act(line, verb, matter.leader if verb == "decide" else matter.officer, to, audience=OWN)
    for verb in ("serve_notice", "hear_party", "waive_hearing", "serve"):
        paper = {"paper": f"{verb}9{matter.serial:03d}号", "person": "当事人代理人"}
        matter.row(ProceduralStep, decision_id=line.id, verb=verb, round=1, at=taken[verb], **paper)
    return taken


def _investigated(matter: Matter, inside: StoryObject) -> str:
    external = f"署关缉违字〔{matter.at:%Y}〕9{matter.serial:03d}号"
    matter.wait(2, 6)
    matter.step(inside, "file", "FILED_ADM", matter.leader)
    matter.soon()
    matter.step(inside, "investigate", "INVESTIGATE", matter.officer)
    matter.soon()
    matter.act(inside, "add_line", matter.officer, audience=OWN)
    return external


def transferred(book: Book, codes: Codes, serial: int, received: date) -> Matter:
    """A transfer to the police that ends with a judgment."""
    matter, crime = _to_the_police(book, codes, serial, received, files=True)
    crime.judge()
    matter.close("已移送公安机关并判决")
    return matter


def withdrawn(book: Book, codes: Codes, serial: int, received: date) -> Matter:
    """A transfer to the police, who file and withdraw the case."""
    matter, crime = _to_the_police(book, codes, serial, received, files=True)
    crime.withdraw()
    matter.close("公安机关撤销案件")
    return matter


def refused(book: Book, codes: Codes, serial: int, received: date) -> Matter:
    """A transfer to the police, who do not file."""
    matter, _crime = _to_the_police(book, codes, serial, received, files=False)
    matter.close("公安机关不予立案，本机关不再提出异议")
    return matter


def _to_the_police(book: Book, codes: Codes, serial: int, received: date, *, files: bool) -> tuple[Matter, Crime]:
    """A transfer of customs to the anti-smuggling bureau, of more goods than a fine is about."""
    matter = Matter(book, codes, serial, received, CUSTOMS)
    matter.kg, matter.value = matter.kg * 3, matter.value * 3
    matter.receive()
    matter.open()
    inside = matter.proceeding("customs")
    external = _investigated(matter, inside)
    matter.wait(5, 20)
    crime = Crime(matter, codes.offence, procuratorate_beside(matter.agency))
    crime.transfer(files=files)
    matter.step(inside, "transfer", "TRANSFERRED", matter.leader)
    matter.end_proceeding(inside, "transferred", external)
    return matter, crime
