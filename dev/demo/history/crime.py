"""The criminal part of a past matter: the transfer to the police, the investigation, and the judgment."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from agencies.journal.actions import Audience
from agencies.organisations.models import Agency
from cases.proceedings.models import Measure, Proceeding, Suspect
from coordination.exchange.referrals.models import Referral

from .story import OWN, STATUS, StoryObject

if TYPE_CHECKING:
    from .matters import Matter

BUREAU = "GACC_ASB"
NOT_FILED = "现有证据不能证明主观故意，不符合立案条件。"


class Crime:
    """The transfer of one matter and what the police made of it."""

    def __init__(self, matter: "Matter", offence: int, beside: Agency | None) -> None:
        self.matter, self.offence, self.beside = matter, offence, beside
        book = matter.book
        self.police = book.agencies[BUREAU]
        self.officer, self.leader, self.head = (
            book.who(f"antismuggling.{role}") for role in ("officer", "lead", "head")
        )
        self.transfer_thing, self.proceeding = StoryObject("referral", book.id()), StoryObject("proceeding", book.id())

    def transfer(self, *, files: bool) -> None:
        """From the report to the decision of the police, who file or do not."""
        matter, sent, mine = self.matter, self.transfer_thing, (self.matter.agency.pk, self.matter.officer.id)
        own: dict[str, Any] = {"audience": OWN, "desk": mine}
        matter.act(sent, "draft", matter.officer, "DRAFT_REPORT", **own)
        matter.soon()
        submitted = matter.act(sent, "submit", matter.officer, "HEAD_DECISION", **own)
        matter.perform("TRF_APPROVE", submitted, matter.agency.code)
        approved = matter.act(sent, "approve", matter.head, "APPROVED", **own)
        matter.perform("TRF_HANDOVER", approved, matter.agency.code)
        to: dict[str, Any] = {"audience": Audience("pair", self.police.pk), "desk": mine}
        delivered = matter.act(sent, "deliver", matter.officer, "DELIVERED", **to)
        back: dict[str, Any] = {"audience": Audience("pair", matter.agency.pk)}
        matter.perform("INT_SIGN", delivered, BUREAU)
        signed = matter.act(sent, "accept", self.officer, "ACCEPTED", desk=(self.police.pk, None), **back)
        matter.perform("TRF_REVIEW", signed, BUREAU)
        verb, state = ("file", "FILED") if files else ("not_file", "NOT_FILED")
        decided = matter.act(sent, verb, self.head, state, desk=(self.police.pk, self.officer.id), **back)
        for code, start, stop, police in (
            ("TRF_APPROVE", submitted, approved, False),
            ("TRF_HANDOVER", approved, delivered, False),
            ("INT_SIGN", delivered, signed, True),
            ("TRF_REVIEW", signed, decided, True),
        ):
            self._period(code, start, stop, police)
        if files:
            matter.shared[self.police.pk] = decided
        else:
            matter.wait(1, 4)
            matter.act(sent, "accept_non_filing", matter.officer, "NOT_FILED_FINAL", **to)
        self._row(delivered, signed, approved, "" if files else NOT_FILED)

    def _period(self, code: str, start: datetime, stop: datetime, police: bool) -> None:
        here, there = self.matter.agency.pk, self.police.pk
        owner, other = (there, here) if police else (here, None if code == "TRF_APPROVE" else there)
        case = self.matter.case.id
        self.matter.clock(code, self.transfer_thing, start, stop, owner=owner, partner=other, case=case)

    def _row(self, delivered: datetime, signed: datetime, approved: datetime, ending: str) -> None:
        matter, filed = self.matter, not ending
        matter.row(
            Referral,
            **self.transfer_thing.columns(),
            **{"case_id": matter.case.id, "kind": "criminal_transfer", "sender_id": matter.agency.pk},
            **{"receiver_id": self.police.pk, "holder_id": matter.agency.pk, "offence_id": self.offence},
            **{"number": f"署移〔{approved:%Y}〕9{matter.serial:03d}号", "title": matter.title},
            **{
                "report": "一、事实。二、证据。三、依据。四、建议移送。",
                "delivered_at": delivered,
                "signed_at": signed,
            },
            **{"drafter_id": matter.officer.id, "approver_id": matter.head.id, "handler_id": self.officer.id},
            **{"copy_to_id": self.beside.pk if self.beside else None, "ending_reason": ending},
            proceeding_id=self.proceeding.id if filed else None,
        )

    def withdraw(self) -> None:
        """The police file and withdraw the case (MPSP art. 186)."""
        status = self._file()
        self.matter.wait(15, 40)
        self.matter.act(self.proceeding, "withdraw", self.leader, "WITHDRAWN", **status)
        self._close("withdrawn", status)

    def _file(self) -> dict[str, Any]:
        """Opens the proceeding. Returns what its acts have in common."""
        status: dict[str, Any] = {"audience": STATUS, "desk": (self.police.pk, self.officer.id)}
        self.matter.act(self.proceeding, "open_proceeding", self.officer, "CRIMINAL_CASE", **status)
        self.matter.soon()
        return status

    def _close(self, outcome: str, status: dict[str, Any]) -> None:
        matter, inside = self.matter, self.proceeding
        matter.soon()
        matter.act(inside, "close", self.leader, "CLOSED", **status)
        matter.row(
            Proceeding,
            **inside.columns(),
            **{"case_id": matter.case.id, "agency_id": self.police.pk, "kind": "criminal", "outcome": outcome},
            **{"handler_id": self.officer.id, "external_number": f"缉立字〔{inside.made:%Y}〕9{matter.serial:03d}号"},
            **{"offence_id": self.offence, "opened_at": inside.made},
        )

    def judge(self) -> None:
        """Investigation, arrest, prosecution and judgment of the person named in the matter."""
        matter, inside = self.matter, self.proceeding
        line, status = StoryObject("suspect", matter.book.id()), self._file()
        matter.act(inside, "add_line", self.officer, audience=OWN)
        arrest = self._arrest(line)
        own: dict[str, Any] = {"audience": OWN}
        for verb, state, carried, reached, least, most in (
            ("prosecute_opinion", "TRANSFER_PROS", "send", "UNDER_REVIEW", 15, 50),
            ("prosecute", "PROSECUTED", "indict", "PROSECUTED", 10, 28),
            ("judge", "JUDGED", "convict", "JUDGED", 15, 45),
            ("finalise", "FINAL", "finalise", "FINAL", 12, 15),
        ):
            matter.wait(least, most)
            matter.act(inside, verb, self.leader if verb == "prosecute_opinion" else self.officer, state, **status)
            matter.act(line, carried, self.officer, reached, **own)
        ended = matter.at
        self._close("judged", status)
        months = matter.rng.randint(6, 60)
        matter.row(
            Suspect,
            **line.columns(),
            **{"proceeding_id": inside.id, "party_id": matter.parties[1], "verdict": "guilty"},
            **{"charge": "走私国家禁止进出口的货物罪", "sentence": "fixed_term", "sentence_months": months},
        )
        matter.row(Suspect.charges.through, suspect_id=line.id, offence_id=self.offence)
        for kind, since, until, ending in arrest(ended):
            matter.row(
                Measure,
                **{"id": matter.book.id(), "version": 2, "created_at": since, "updated_at": until, "state": "ENDED"},
                **{"state_since": until, "suspect_id": line.id, "kind": kind, "since": since, "until": until},
                **{"authority": "procuratorate" if kind == "arrest" else "police", "ending": ending},
                paper=f"海公（缉）〔{since:%Y}〕9{matter.serial:03d}号",
            )

    def _arrest(self, line: StoryObject) -> Any:
        """Detention and arrest. Returns the rows of the measures, given the end of the last one."""
        matter = self.matter
        own: dict[str, Any] = {"audience": OWN}
        matter.wait(1, 5)
        matter.act(line, "detain", self.officer, "INVESTIGATED", **own)
        detained = matter.at
        for verb, state, least, most in (
            ("request_arrest", "ARREST_REVIEW", 3, 12),
            ("approve_arrest", "ARREST_APPROVED", 2, 6),
            ("arrest", "INVESTIGATED", 0, 1),
        ):
            matter.wait(least, most)
            matter.act(line, verb, self.officer, state, **own)
        arrested = matter.at
        return lambda ended: (
            ("detention", detained, arrested, "changed"),
            ("arrest", arrested, ended, "judged"),
        )
