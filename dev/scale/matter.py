"""Generates one case after the other: parties, goods, route; two or three proceedings and referrals with their
course."""

import json

from cases.controls.countries import country_words, route_words

from .chain import ChainedEvent
from .copies import COPY, PreparedCases, number_of
from .course import DAY, Course, Subject
from .loading import NULL
from .shapes import (
    CASE,
    CLOCK,
    DECISION,
    IDENTIFIER,
    ITEM,
    LEAD,
    LETTER,
    LETTER_ITEM,
    MARK,
    NOTE,
    PARTY,
    PROCEEDING,
    REFERRAL,
    REVISION,
    SHARE,
    SHIPMENT,
    SUSPECT,
    TASK,
    TECHNIQUES,
    TYPES,
)
from .world import FOREIGN, PLACES, ROUTES, SeededAgency, World

WAITING = 0.07  # share of reports that are in no case yet
NOTES = ("已联系企业，约定下周核对账册。", "舱单与报关单品名不一致，已请口岸复核。", "最终用户说明待补充译文。")
TASKS = ("核对许可证", "调取报关单", "查询最终用户", "核对舱单", "询问报关员", "调取银行流水")


def prepare_cases(world: World, opened: list[int]) -> PreparedCases:
    """Cases opened at these times, with everything that belongs to them, without what differs in each copy."""
    prepared = PreparedCases()
    for index, moment in enumerate(opened):
        _Matter(world, prepared, index + 1, number_of(index), moment).write()
        prepared.end_case(world.made)
    return prepared


class _Matter(Course):
    def write(self) -> None:
        self._reported()
        self._facts()
        partner = self.world.by_code["MOFCOM_SCB" if self.lead.code != "MOFCOM_SCB" else "GACC"]
        self.sharing = [self.lead.id, partner.id]
        self._administrative()
        self._assistance(partner)
        if self.criminal:
            self._transfer(self.world.by_code["GACC_ASB" if self.lead.code != "GACC_ASB" else "MPS_ECID"])
        else:
            self._assistance(self.world.by_code["GACC_ASB" if self.lead.code != "GACC_ASB" else "GACC"])
        for title in TASKS:
            self._task(title, partner)
        self._notes()
        self._case()
        if self.rng.random() < WAITING:
            self._waiting_lead()

    def _reported(self) -> None:
        world, at, lead = self.world, self.world.stamp(self.opened - 2 * DAY), self.world.uuid()
        zh, en, declared, self.hs, _weight = self.material = world.material()
        self.title = f"{zh}涉嫌以{declared}名义出口"
        self.title_en = f"{en} declared as other goods" if self.rng.random() < 0.8 else ""
        self.decl = f"{self.rng.randrange(10**13):013d}{COPY}"
        opened = world.stamp(self.opened)
        self.add(LEAD, LEAD.row(
            lead, 3, at, "PROMOTED", opened, opened, self.lead.id, self.lead.id, "RISK", "targeting",
            f"S-{self.tag}", self.title, "medium", self.handling, at, self.id, self._known(self.officer), NULL, NULL,
        ))  # fmt: skip
        self._report(lead, at, self.title, f"S-{self.tag}", zh, self.decl)
        self._found("lead", lead, at, (self.title, f"S-{self.tag}", zh), "pnp", seq=3, handler=self.officer)
        came = self.opened - 2 * DAY
        self._lead_events(lead, ("RECEIVED", came), ("TAKEN_UP", self.opened - DAY), ("PROMOTED", self.opened))

    def _report(self, lead: str, at: str, title: str, ref: str, goods: str, declaration: str) -> None:
        """A report, the numbers that identify it, and its search texts."""
        content = json.dumps({"title": title, "items": [{"description": goods}]}, ensure_ascii=False)
        self.add(REVISION, REVISION.row(lead, 1, content, f"seed:{ref}", at))
        self.add(MARK, MARK.row(lead, "DECL", declaration))

    def _lead_events(self, lead: str, *states: tuple[str, int]) -> None:
        """The lead's own stream: received, taken up, made a case."""
        world, before, events = self.world, "", list[ChainedEvent]()
        for state, at in states:
            who = self.world.risk_engine(self.lead) if state == "RECEIVED" else self.officer
            verb = {"RECEIVED": "receive", "TAKEN_UP": "take_up", "PROMOTED": "promote"}[state]
            events.append(ChainedEvent(world.stamp(at), who, verb, "lead", lead, before, state, visibility="own"))
            self._moved("lead", lead, before, at, self.lead.id, NULL)
            before = state
        self.prepared.chain("lead", lead, events, iter(world.salt, ""))

    def _waiting_lead(self) -> None:
        """A recent report that is in no case; every third is being examined."""
        world, rng, lead = self.world, self.rng, self.world.uuid()
        came = world.now - rng.randrange(3_600, 45 * DAY)
        taken_up = rng.random() < 0.34
        zh, _en, declared, _hs, _weight = world.material()
        title, ref, since = f"{zh}疑以{declared}申报", f"S-{self.tag}-W", came + (DAY // 2 if taken_up else 0)
        at, due = world.stamp(came), world.stamp(came + 10 * DAY)
        state, since_text = ("TAKEN_UP" if taken_up else "RECEIVED"), world.stamp(min(since, world.now - 60))
        self.add(LEAD, LEAD.row(
            lead, 2 if taken_up else 1, at, state, since_text, since_text, self.lead.id, self.lead.id, "RISK",
            "targeting", ref, title, rng.choice(("low", "medium", "high")), "H1", at, NULL,
            self._known(self.officer) if taken_up else NULL, due, due,
        ))  # fmt: skip
        officer = self.officer if taken_up else None
        declaration = f"{rng.randrange(10**13):013d}{COPY}"
        self._report(lead, at, title, ref, zh, declaration)
        transitions = [("RECEIVED", came), ("TAKEN_UP", min(since, world.now - 60))][: 2 if taken_up else 1]
        self._lead_events(lead, *transitions)
        self._found("lead", lead, at, (title, ref, zh), "pnp", seq=len(transitions), handler=officer)
        self.add(CLOCK, CLOCK.row(
            world.uuid(), 1, at, "RUNNING", at, at, *world.rules["INT_TRIAGE"], NULL, "lead", lead, self.lead.id,
            self.lead.id, "f", NULL, at, due, due, due, NULL,
        ))  # fmt: skip

    def _facts(self) -> None:
        world, rng, made = self.world, self.rng, self.world.stamp(self.opened)
        conduct = world.stamp(self.opened - 20 * DAY)[:10]
        self.parties = []
        self.exporter, code = world.firm()
        agent, agent_code = world.firm()
        china, abroad = world.countries["CHN"], world.countries[rng.choice(("VNM", "THA", "USA", "JPN"))]
        named = (
            ("company", "exporter", self.exporter, china, ("USCC", code)),
            ("company", "declaration_agent", agent, china, ("USCC", agent_code)),
            ("company", "consignee", f"{rng.choice(PLACES)} {rng.choice(FOREIGN)}", abroad, None),
            ("person", "legal_representative", world.person(), china, None),
        )
        for kind, role, name, country, identifier in named:
            party = world.uuid()
            self.parties.append(party)
            self.add(PARTY, PARTY.row(party, 1, made, self.id, kind, role, name, country))
            if identifier:
                self.add(IDENTIFIER, IDENTIFIER.row(party, *identifier, identifier[1]))
            self._found(
                "party",
                party,
                made,
                (name, identifier[1] if identifier else "", country_words(world.codes[country])),
                "pnt",
            )
        zh, _en, declared, hs, _weight = self.material
        for _ in range(3):
            item, kg = world.uuid(), rng.randrange(20, 60_000)
            self._found("item", item, made, (zh, declared, hs), "ppn")
            self.add(ITEM, ITEM.row(
                item, 1, made, self.id, zh, declared, hs, "listed", conduct, kg, kg * rng.randrange(40, 300), "CNY"
            ))  # fmt: skip
        route = rng.choice(ROUTES).split()
        place, (district, *named_so) = rng.choice(PLACES), rng.choice(world.districts)
        shipment = world.uuid()
        self.add(SHIPMENT, SHIPMENT.row(shipment, 1, made, self.id, self.decl, place, district, json.dumps(route)))
        self._found("shipment", shipment, made, (self.decl, place, " ".join(named_so), route_words(route)), "nttt")
        self.add(TYPES, TYPES.row(self.id, rng.choice(world.types)))
        self.add(TECHNIQUES, TECHNIQUES.row(self.id, rng.choice(world.techniques)))
        self._add_event("open", "case", self.id, to="OPENED", fields=("lead", "number", "title"))
        self._add_event("contribute", "case", self.id, sources="OPENED", to="OPENED")
        self._add_event("share", "case", self.id, sources="OPENED", to="OPENED", reason="联合办理")

    def _administrative(self) -> None:
        world, pid, closed = self.world, self.world.uuid(), self.closed
        kind = "commerce" if self.lead.line == "commerce" else "customs"
        rule = "ADM_DECISION" if kind == "commerce" else "CUS_DECISION"
        span = 90 if kind == "commerce" else 183
        began = self._pass(3)
        self._add_event("open_proceeding", "proceeding", pid, to="VERIFY", visibility="status")
        self._add_event("handle", "case", self.id, sources="OPENED", to="HANDLING")
        filed = self._pass(5)
        self._add_event("file", "proceeding", pid, sources="VERIFY", to="FILED_ADM", visibility="status")
        self._add_event("investigate", "proceeding", pid, sources="FILED_ADM", to="INVESTIGATE", visibility="status")
        self._add_event("add_line", "proceeding", pid, sources="INVESTIGATE", to="INVESTIGATE", visibility="own")
        ended = filed + self.lasts // 3
        due = self._clock(rule, Subject("proceeding", pid, pid), self.lead, filed, span, ended)
        line = world.uuid()
        fate = "TRANSFERRED" if self.criminal else "PERFORMED"
        state = fate if closed else "OPEN"
        stamp = world.stamp(ended if closed else filed)
        fined = closed and not self.criminal
        number = f"决〔{stamp[:4]}〕{self.tag}号" if fined else ""
        self._found("decision", line, world.stamp(filed), (number, self.exporter), "np")
        self.add(DECISION, DECISION.row(
            line, 4, world.stamp(filed), state, stamp, stamp, pid, self.parties[0], "penalty" if fined else "",
            number, self.rng.randrange(1, 500) * 1000 if fined else NULL, "",
        ))  # fmt: skip
        if fined:
            self._fine(pid, line, ended)
        outcome, last = ("transferred", "TRANSFERRED") if self.criminal else ("penalty", "DECIDED")
        if closed:
            self._add_event(
                ("transfer" if self.criminal else "decide"),
                "proceeding",
                pid,
                sources="INVESTIGATE",
                to=last,
                visibility="status",
            )
            self._add_event("close", "proceeding", pid, sources=last, to="CLOSED", visibility="status")
        stamp = world.stamp(ended if closed else filed)
        due_text = NULL if closed else world.stamp(due)
        number = f"缉违字〔{stamp[:4]}〕{self.tag}号"
        self._found("proceeding", pid, world.stamp(began), (number,), "n")
        self.add(PROCEEDING, PROCEEDING.row(
            pid, 6, world.stamp(began), "CLOSED" if closed else "INVESTIGATE", stamp, stamp, self.id, self.lead.id, kind,
            number, outcome if closed else "", world.stamp(began), due_text, due_text, NULL,
        ))  # fmt: skip
        if not closed:
            self._hold("conclude", "proceeding", self.lead, pid)

    def _fine(self, proceeding: str, line: str, ended: int) -> None:
        """The course of a decision that ends in a paid fine, and its periods."""
        values = (("notify", "OPEN", "ISSUED"), ("serve_notice", "ISSUED", "PRENOTICE"),
                ("review", "PRENOTICE", "REVIEW"), ("decide", "REVIEW", "DECIDED"), ("serve", "DECIDED", "SERVED"),
                ("perform", "SERVED", "PERFORMED"))  # fmt: skip
        for verb, sources, to in values:
            self._pass(2)
            self._add_event(verb, "decision", line, sources=sources, to=to, visibility="own")
        for code, days in (("ADM_HEARING_REQ", 7), ("ADM_DELIVER", 9), ("ADM_PAY", 15), ("REC_APPLY", 60)):
            self._clock(code, Subject("decision", line, proceeding), self.lead, ended - 9 * DAY, days, ended)

    def _assistance(self, to: SeededAgency) -> None:
        world, rid = self.world, self.world.uuid()
        sent, whom = self._pass(2), self.rng.choice(to.people)
        closed = self.closed or self.rng.random() < 0.5
        self._add_event("draft", "referral", rid, to="DRAFT", visibility="own")
        self._add_event("send", "referral", rid, sources="DRAFT", to="SENT", visibility="pair", counterpart=to.id)
        ended = sent + self.rng.randrange(2, 20) * DAY
        if closed:
            self._add_event(
                "accept",
                "referral",
                rid,
                sources="SENT",
                to="IN_WORK",
                visibility="pair",
                who=whom,
                counterpart=self.lead.id,
            )
            self._add_event(
                "answer",
                "referral",
                rid,
                sources="IN_WORK",
                to="ANSWERED",
                visibility="pair",
                who=whom,
                counterpart=self.lead.id,
            )
        due = self._clock("INT_ASSIST", Subject("referral", rid), to, sent, 14, ended if closed else 0)
        stamp, due_text = world.stamp(ended if closed else sent), NULL if closed else world.stamp(due)
        holder = self.lead.id if closed else to.id
        number, title = f"协〔{stamp[:4]}〕{self.tag}-{to.id}号", "请协助核查许可证情况"
        self._referral_found(rid, world.stamp(sent), number, title)
        self.add(REFERRAL, REFERRAL.row(
            rid, 4, world.stamp(sent), "ANSWERED" if closed else "SENT", stamp, stamp, self.id, "assistance",
            self.lead.id, to.id, holder, number, title, "请核查该企业许可证。",
            world.stamp(sent), NULL, "未签发许可证" if closed else "", NULL, NULL, due_text, due_text,
        ))  # fmt: skip
        if not closed:
            self._hold("conclude", "referral", self.lead, rid)

    def _transfer(self, police: SeededAgency) -> None:
        world, rid, pid = self.world, self.world.uuid(), self.world.uuid()
        self.sharing.append(police.id)
        whom = self.rng.choice(police.people)
        drafted = self._pass(4)
        way = (
            ("draft", "", "DRAFT_REPORT", self.officer), ("submit", "DRAFT_REPORT", "HEAD_DECISION", self.officer),
            ("approve", "HEAD_DECISION", "APPROVED", self.officer), ("deliver", "APPROVED", "DELIVERED", self.officer),
            ("accept", "DELIVERED", "ACCEPTED", whom), ("file", "ACCEPTED", "FILED", whom),
        )  # fmt: skip
        for verb, sources, to, who in way:
            self._pass(1)
            other = self.lead.id if who is whom else police.id
            self._add_event(
                verb, "referral", rid, sources=sources, to=to, visibility="pair", who=who, counterpart=other
            )
        filed = self.at
        for code, start, days in (
            ("TRF_APPROVE", drafted, 3),
            ("TRF_HANDOVER", drafted + 2 * DAY, 1),
            ("TRF_REVIEW", filed - DAY, 3),
        ):
            self._clock(code, Subject("referral", rid), self.lead, start, days, start + DAY)
        stamp = world.stamp(filed)
        number = f"移〔{stamp[:4]}〕{self.tag}号"
        self._referral_found(rid, world.stamp(drafted), number, self.title)
        self.add(REFERRAL, REFERRAL.row(
            rid, 7, world.stamp(drafted), "FILED", stamp, stamp, self.id, "criminal_transfer", self.lead.id, police.id,
            self.lead.id, number, self.title, "事实、证据、依据。", world.stamp(filed - 2 * DAY),
            world.stamp(filed - DAY), "", pid, world.offence, NULL, NULL,
        ))  # fmt: skip
        self._add_event("open_proceeding", "proceeding", pid, to="CRIMINAL_CASE", visibility="status", who=whom)
        states = ("CRIMINAL_CASE", "TRANSFER_PROS", "PROSECUTED", "JUDGED", "FINAL", "CLOSED")
        verbs = ("prosecute_opinion", "prosecute", "judge", "finalise", "close")
        for verb, sources, to in zip(verbs, states, states[1:], strict=False) if self.closed else ():
            self._pass(20)
            self._add_event(verb, "proceeding", pid, sources=sources, to=to, visibility="status", who=whom)
        stamp = world.stamp(self.at)
        number = f"缉立〔{stamp[:4]}〕{self.tag}号"
        self._found("proceeding", pid, world.stamp(filed), (number,), "n")
        self.add(PROCEEDING, PROCEEDING.row(
            pid, 6, world.stamp(filed), "CLOSED" if self.closed else "CRIMINAL_CASE", stamp, stamp, self.id, police.id,
            "criminal", number, "judged" if self.closed else "", world.stamp(filed), NULL, NULL,
            world.offence,
        ))  # fmt: skip
        self._suspect(pid, world.stamp(filed), stamp)
        if not self.closed:
            self._hold("conclude", "proceeding", police, pid)
            self._hold("punish", "criminal", police, pid)

    def _suspect(self, proceeding: str, filed: str, stamp: str) -> None:
        self.add(SUSPECT, SUSPECT.row(
            self.world.uuid(), 3, filed, "FINAL" if self.closed else "INVESTIGATED", stamp, stamp, proceeding,
            self.parties[3], "走私国家禁止进出口的货物罪" if self.closed else "", 24 if self.closed else NULL,
            *(("guilty", "fixed_term") if self.closed else ("", "")),
        ))  # fmt: skip

    def _task(self, title: str, partner: SeededAgency) -> None:
        world, tid, rng = self.world, self.world.uuid(), self.rng
        agency = self.lead if rng.random() < 0.6 else partner
        who, asked = rng.choice(agency.people), self.opened + rng.randrange(1, 20) * DAY
        done = self.closed or rng.random() < 0.6
        at = asked + rng.randrange(1, 9) * DAY
        state, account = "DONE" if done else rng.choice(("OPEN", "CLAIMED")), self._known(who)
        if state == "CLAIMED" and account == NULL:
            state = "OPEN"  # a person without an account cannot have claimed it
        stamp = world.stamp(at if done else asked)
        self._moved("task", tid, "", asked, agency.id, account)
        if done or state == "CLAIMED":
            self._moved("task", tid, "OPEN", min(asked + DAY, at), agency.id, NULL)
        if done:
            self._moved("task", tid, "CLAIMED", at, agency.id, account)
        elif asked + 10 * DAY < world.now and agency is not self.lead and rng.random() < 0.1:
            self._reminder(tid, agency, asked + 10 * DAY)
        self._found("task", tid, world.stamp(asked), (title,), "p", handler=who if state != "OPEN" else None)
        self.add(TASK, TASK.row(
            tid, 2, world.stamp(asked), state, stamp, stamp, self.id, title, self.lead.id, agency.id,
            account if state != "OPEN" else NULL, world.stamp(asked + 10 * DAY), "已办结" if done else "",
        ))  # fmt: skip
        if not done:
            self._hold("close", "task", agency, tid)

    def _reminder(self, task: str, to: SeededAgency, late: int) -> None:
        """An unanswered reminder of one late task."""
        world, letter = self.world, self.world.uuid()
        sent = min(late + self.rng.randrange(1, 20) * DAY, world.now - 600)
        at, due = world.stamp(sent), world.stamp(sent + 5 * DAY)
        self.add(LETTER, LETTER.row(
            letter, 1, at, "SENT", at, at, self.lead.id, to.id, f"督〔{at[:4]}〕{self.tag}-{task[:8]}号", at, due, due, 0,
        ))  # fmt: skip
        self.add(LETTER_ITEM, LETTER_ITEM.row(letter, self.lead.id, "task", task, world.stamp(late)))

    def _notes(self) -> None:
        """Two notes of the case officer, if they have an account."""
        world, author = self.world, self._known(self.officer)
        if author == NULL:
            return
        for audience, text in zip(("agency", "case"), self.rng.sample(NOTES, 2), strict=True):
            note = world.uuid()
            stamp = world.stamp(self._pass(2))
            self._add_event("write", "note", note, to="WRITTEN", visibility="own" if audience == "agency" else "case")
            self.add(NOTE, NOTE.row(
                note, 1, stamp, "WRITTEN", stamp, stamp, self.id, author, self.lead.id, audience, text, stamp
            ))  # fmt: skip

    def _case(self) -> None:
        world, last = self.world, "HANDLING"
        if self.closed:
            self.at = max(self.at, self.opened + self.lasts)
            self._add_event("conclude", "case", self.id, sources="HANDLING", to="CONCLUDED", fields=("outcome",))
            self._add_event("close", "case", self.id, sources="CONCLUDED", to="CLOSED", reason="办结")
            last = "CLOSED"
        touched = world.stamp(min(self.at, world.now))
        due = NULL if self.closed or not self.due else world.stamp(min(self.due))
        severity = self.rng.choice(("low", "medium", "medium", "medium", "high", "critical"))
        opened, summary = world.stamp(self.opened), f"{self.title}。企业未取得两用物项出口许可。"
        outcome = "已作出处理" if self.closed else ""
        outside = (self.number, self.title, self.title_en)
        self._found("case", self.id, opened, (*outside, summary, outcome), "npptt", seq=len(self.events))
        self._found("case_outside", self.id, opened, outside, "npp")
        self.add(CASE, CASE.row(
            self.id, 8, opened, last, touched, touched, self.number, self.title,
            self.title_en,
            summary, severity, self.handling, self.lead.id, opened,
            outcome, due, due, "t",
        ))  # fmt: skip
        for profile, agency in zip(("lead", "full", "full"), self.sharing, strict=False):
            self.add(SHARE, SHARE.row(self.id, agency, profile, opened))
        self.prepared.chain("case", self.id, self.events, iter(world.salt, ""))
