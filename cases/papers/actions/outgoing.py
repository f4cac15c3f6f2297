"""Drafting, issuing and withdrawing papers. Higher resources provide what a paper says about its subject."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.digests import content_digest
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic, touch
from agencies.organisations.actions import take_number
from agencies.people.models import User
from cases.casefile.actions import locked_case, stream_of
from cases.casefile.models import Case

from ..files import read_scan
from ..models import Paper, PaperReading, SignedCopy
from ..texts import FORMS, PaperForm, fill
from ..workflow import HEAD, PAPER, secrecy_levels

P = Paper.State


@dataclass(frozen=True)
class PaperData:
    """Data that higher resources provide for a paper: fields by Chinese name, addressee, annexes and tables."""

    fields: dict[str, str]
    title: str = ""
    addressee: str = ""
    to_id: int | None = None
    number: str = ""
    annexes: tuple[str, ...] = ()
    copies: str = ""
    tables: list[dict[str, Any]] = field(default_factory=list)

    def columns(self, form: PaperForm) -> dict[str, Any]:
        filled = fill(form.text, self.fields)
        return {
            "title": self.title or form.name_zh,
            "body": filled.text,
            "fields_known": len(filled.known),
            "fields_all": len(filled.known) + len(filled.unknown),
            "addressee": self.addressee,
            "annexes": "\n".join(self.annexes),
            "copies": self.copies,
            "tables": self.tables,
        }


def draft(
    case: Case,
    form: PaperForm,
    filling: PaperData,
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: UUID,
    proceeding_id: UUID | None = None,
    happened_at: datetime | None = None,
) -> Paper:
    """Creates a draft of the actor's agency, filled from the case. The caller has checked the permission."""
    with locked_case(case.pk):
        # A draft needs no paper as proof of its time.
        at = resolve_time(happened_at, by_system=True)
        paper = Paper.objects.create(
            case=case,
            agency_id=actor.own_agency,
            to_id=filling.to_id,
            form=form.code,
            subject_kind=subject_kind,
            subject_id=subject_id,
            proceeding_id=proceeding_id,
            state_since=at,
            number=filling.number,
            drafter=_person(actor),
            **filling.columns(form),
        )
        record_event(
            stream_of(case.pk),
            actor=actor,
            action=Action("draft_paper", "paper", paper.pk, to_state=paper.state, data={"form": form.code}),
            happened_at=at,
            audience=Audience("own"),
        )
        return paper


def move_paper(paper: Paper, /, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    """Applies a transition of the paper. The other agency that has the paper is notified."""
    other = paper.to_id if actor.agency_id == paper.agency_id else paper.agency_id
    event_data = given.pop("event_data", {})
    notifies = paper.sent_at is not None and PAPER.transitions[verb].visibility == "pair" and other
    with _locked(paper):
        return apply_transition(
            paper,
            verb,
            actor=actor,
            streams=[stream_of_paper(paper)],
            audience=Audience(counterpart_id=other if notifies else None, notify=[other] if notifies and other else []),
            event_data={"form": paper.form, **event_data},
            **given,
        )


def stream_of_paper(paper: Paper) -> StreamKey:
    """The stream of its case; without a case, that of its subject."""
    return stream_of(paper.case_id) if paper.case_id else StreamKey(Stream.Kind.PREVENTION, paper.subject_id)


def _locked(paper: Paper) -> AbstractContextManager[Any]:
    return locked_case(paper.case_id) if paper.case_id else atomic()


def edit(paper: Paper, /, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    """Edits the draft. Raises Invalid if the head of the sheet is not complete (GB/T 9704-2012, 7.2)."""
    head = {field.name: given.get(field.name, getattr(paper, field.name)) for field in HEAD}
    if head["secrecy"] and head["secrecy"] not in dict(secrecy_levels(paper, actor)):
        raise Invalid.field("secrecy", "choice", _("This installation may not hold state secrets."))
    if head["secrecy"] and not head["secret_for"]:
        raise Invalid.field("secret_for", "required", _("A level of secrecy needs its period."))
    if head["secrecy"] and not (len(head["copy_number"]) == 6 and head["copy_number"].isdecimal()):
        raise Invalid.field("copy_number", "required", _("A classified paper needs a copy number of six digits."))
    if not head["secrecy"] and (head["secret_for"] or head["copy_number"]):
        name = "copy_number" if head["copy_number"] else "secret_for"
        raise Invalid.field(name, "classified", _("Only a classified paper has this."))
    return move_paper(paper, "edit", actor=actor, **given)


def refill(paper: Paper, /, filling: PaperData, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    """Overwrites the draft with the current data of the case."""
    columns = filling.columns(paper.kind)
    return move_paper(paper, "refill", actor=actor, changes={**columns, "to_id": filling.to_id}, **given)


def note_reading(paper: Paper, actor: Actor) -> None:
    """Records that a person who may have to sign the draft has opened it as it is now. No event: nothing was done."""
    if paper.state != P.DRAFT or not actor.is_person or not actor.leads(paper.agency_id):
        return
    read = PaperReading.objects.filter(paper=paper, person=actor.person_id)
    if not read.filter(version=paper.version).exists():
        now = {"version": paper.version, "read_at": times.now()}
        PaperReading.objects.update_or_create(paper=paper, person_id=actor.person_id, defaults=now)


def issue(paper: Paper, /, *, actor: Actor, send_now: bool, **given: Any) -> TransitionResult[Paper]:
    """签发: takes the agency's next number, freezes the content with its digest, and withdraws the edition it replaces.

    `send_now`: whether the receiving agency reads it from now on.
    """
    with _locked(paper):
        paper.refresh_from_db()
        PAPER.check("issue", actor, paper)
        at = resolve_time_of(given, not_before=paper.state_since)
        if paper.replaces is not None and paper.replaces.state == P.ISSUED:
            _end_before(paper.replaces, at)
        form = paper.kind
        number = paper.number or take_number(paper.agency, form.series, at=at, mark=form.mark)
        content = content_of(paper, number, at, signer=actor.name)
        digest = content_digest(content)
        return move_paper(
            paper,
            "issue",
            actor=actor,
            event_data={"number": number, "digest": digest},
            changes={
                "number": number,
                "content": content,
                "digest": digest,
                "issued_at": at,
                "sent_at": at if send_now else None,
            },
            **given,
        )


def issue_with_subject(form: PaperForm, filling: PaperData, *, actor: Actor, at: datetime, **columns: Any) -> Paper:
    """Issues the paper of an act that has been decided, such as the sending of a letter: under the number of its
    subject, in the transaction of the act, whose rules say who may. It is readable by the receiving agency at once.

    `columns` are case, agency and subject of the paper.
    """
    paper = Paper(
        **columns,
        form=form.code,
        number=filling.number,
        state=P.ISSUED,
        state_since=at,
        to_id=filling.to_id,
        issued_at=at,
        sent_at=at,
        drafter=_person(actor),
        **filling.columns(form),
    )
    paper.content = content_of(paper, paper.number, at, signer=actor.name)
    paper.digest = content_digest(paper.content)
    paper.save(force_insert=True)
    record_event(
        stream_of_paper(paper),
        actor=actor,
        action=Action(
            *("issue", "paper", paper.pk),
            to_state=paper.state,
            data={"form": form.code, "number": paper.number, "digest": paper.digest},
        ),
        happened_at=at,
        audience=Audience(Event.Visibility.PAIR, counterpart_id=paper.to_id),
    )
    return paper


# In Chinese, as papers are.
LEVELS = {Paper.Secrecy.CONFIDENTIAL: "秘密", Paper.Secrecy.SECRET: "机密", Paper.Secrecy.TOP_SECRET: "绝密"}
URGENCY = {Paper.Urgency.URGENT: "加急", Paper.Urgency.MOST_URGENT: "特急"}

# 上行文: papers to a superior agency, which name who signed them for issue (GB/T 9704-2012, 7.2.6).
UPWARD = frozenset({"DIR_ASK_UP", "DIR_REPORT"})


def content_of(paper: Paper, number: str, at: datetime, *, signer: str = "") -> dict[str, Any]:
    """Everything on the sheet, as plain data. It is digested at issue and printed from then on."""
    agency = paper.agency
    return {
        "form": paper.form,
        "number": number,
        "edition": paper.edition,
        "replaces": paper.replaces.number if paper.replaces else "",
        "agency": agency.code,
        "signed_as": (agency.signs_as or agency).name_zh,
        "issued_on": timezone.localtime(at).date().isoformat(),
        "title": paper.title,
        "addressee": paper.addressee,
        "body": paper.body,
        "annexes": [line.strip() for line in paper.annexes.splitlines() if line.strip()],
        "copies": paper.copies,
        "signer": signer if paper.form in UPWARD else "",
        "tables": paper.tables,
        **_head_of(paper),
        "synthetic": _is_synthetic(paper),
    }


def _is_synthetic(paper: Paper) -> bool:
    """Whether the sheet shows demonstration data: of such a case or, without a case, by such a person."""
    if paper.case is not None:
        return paper.case.is_synthetic
    return paper.drafter is not None and paper.drafter.is_demo


def _head_of(paper: Paper) -> dict[str, str]:
    """份号, 密级和保密期限, 紧急程度, as printed in the upper left corner; absent where a paper has none."""
    head = {
        "copy_number": paper.copy_number,
        "secrecy": f"{LEVELS[Paper.Secrecy(paper.secrecy)]}★{paper.secret_for}" if paper.secrecy else "",
        "urgency": URGENCY[Paper.Urgency(paper.urgency)] if paper.urgency else "",
    }
    return {name: words for name, words in head.items() if words}


def withdraw(paper: Paper, /, *, actor: Actor, **given: Any) -> TransitionResult[Paper]:
    return move_paper(paper, "withdraw", actor=actor, event_data={"number": paper.number}, **given)


def reissue(paper: Paper, /, *, actor: Actor, reason: str, happened_at: datetime | None = None, **given: Any) -> Paper:
    """Creates a draft of the next edition. The old edition ends when the new one is issued."""
    with atomic():
        applied = move_paper(paper, "reissue", actor=actor, reason=reason, happened_at=happened_at, **given)
        old = applied.thing
        kept = ("case_id", "agency_id", "to_id", "form", "subject_kind", "subject_id", "proceeding_id", "title")
        more = ("addressee", "body", "annexes", "copies", "tables", "fields_known", "fields_all")
        made = Paper.objects.create(
            **{name: getattr(old, name) for name in (*kept, *more, *(field.name for field in HEAD))},
            number=old.number,
            edition=old.edition + 1,
            replaces=old,
            state_since=applied.at,
            drafter=_person(actor),
        )
        touch("paper", made.pk)
        return made


def file_scan(
    paper: Paper, /, *, actor: Actor, file: "File[Any]", token: str = "", **given: Any
) -> TransitionResult[Paper]:
    """签章件归档: files the scan of the signed sheet of this edition."""
    if token and token.strip().removeprefix(CODE) != paper.token:
        raise Invalid.field("token", "other_paper", _("This is the code of another sheet, or not a code of a sheet."))
    scan = read_scan(file, actor=actor)
    with _locked(paper):
        applied = move_paper(paper, "file_scan", actor=actor, file=f"sha256:{scan.sha256}", **given)
        if paper.signed_copies.filter(sha256=scan.sha256).exists():
            raise TransitionRefused.because("copy", _("This scan is already filed."))
        SignedCopy.objects.create(
            paper=paper, agency_id=actor.own_agency, file=file, filed_at=applied.at, **scan.columns
        )
        return applied


CODE = "EC:"  # prefix of the token in the QR code, to recognize our own codes


def assign_draft_numbers(subject_kind: str, subject_id: UUID, number: str) -> None:
    """Sets the number on drafts that waited for the number of their subject."""
    subject_numbered = [form.code for form in FORMS.values() if form.number == "subject"]
    waiting = Paper.objects.about(subject_kind, subject_id).filter(state=P.DRAFT, number="", form__in=subject_numbered)
    touch("paper", *waiting.values_list("pk", flat=True))
    waiting.update(number=number, version=F("version") + 1, updated_at=times.now())


def send_papers(subject_kind: str, subject_id: UUID, *, at: datetime, receipt: bool) -> None:
    """Makes issued papers visible to the receiving agency, at the hand-over or with the signed receipt."""
    waiting = Paper.objects.about(subject_kind, subject_id).filter(state=P.ISSUED, sent_at=None)
    for paper in waiting.exclude(to=None):
        if paper.kind.sent == "issue" or (receipt and paper.kind.sent == "receipt"):
            Paper.objects.filter(pk=paper.pk).update(sent_at=at, updated_at=times.now())


def _end_before(old: Paper, at: datetime) -> None:
    """Withdraws the earlier edition. The event of the new edition records it."""
    touch("paper", old.pk)
    Paper.objects.filter(pk=old.pk, state=P.ISSUED).update(
        state=P.WITHDRAWN, state_since=at, version=old.version + 1, updated_at=times.now()
    )


def _person(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.id).first() if actor.kind == "user" else None
