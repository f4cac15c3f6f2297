"""The end of a criminal matter becomes a notice (通报) to each agency with a statutory next step.

The notice names one party, how the matter ended, and the next step with its basis; nothing else of the case. The rows
of `data/next_steps.csv` say which agency has a next step.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.reference import read_csv
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.models import Handling
from cases.controls.citations import official
from cases.proceedings.models import Proceeding, Suspect
from cases.proceedings.persons import move_criminal, move_suspect
from cases.sharing.models import Share

from ..models import Referral
from ..numbers import number_of
from ..packages import freeze
from .prosecution import follow_proceeding
from .transitions import create_sent, record_sent

S, U = Referral.State, Suspect.State
STEPS = Path(__file__).parents[1] / "data" / "next_steps.csv"
ENDS = ("finalise", "uphold_judgment", "change_sentence", "acquit_on_appeal", "not_prosecute")


def _end(line: Suspect, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Suspect]:
    with atomic():
        applied = move_suspect(line, verb, actor=actor, **given)
        ended = applied.thing
        kind = "not_prosecuted" if verb == "not_prosecute" else "unpunished"
        if ended.verdict == Suspect.Verdict.GUILTY and verb != "not_prosecute":
            kind = "convicted"
        _inform(ended, kind, applied.at, paper=given.get("paper", ""))
        follow_proceeding(ended.proceeding_id, at=applied.at)
        return applied


def withdraw(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """撤销案件: concerns every suspect whose investigation ends with it."""
    with atomic():
        open_lines = list(proceeding.suspects.without_fate().values_list("pk", flat=True))
        applied = move_criminal(proceeding, "withdraw", actor=actor, **given)
        for line in Suspect.objects.filter(pk__in=open_lines).select_related("proceeding__agency", "party"):
            _inform(line, "withdrawn", applied.at, paper=given.get("paper", ""))
        follow_proceeding(proceeding.pk, at=applied.at)
        return applied


def _inform(line: Suspect, end: str, at: datetime, *, paper: str) -> None:
    for agency, row in _recipients(line, end):
        with translation.override("zh-hans"):  # letters are Chinese, as papers are
            title, text = _words(line, end, at, paper, row)
        letter = create_sent(
            case_id=line.proceeding.case_id,
            kind=Referral.Kind.NOTICE,
            state=S.SENT,
            sender=line.proceeding.agency,
            receiver=agency,
            at=at,
            title=title,
            report=text,
        )
        letter.number = number_of(letter, at=at)
        letter.save(update_fields=["number"])
        letter.parties.set([line.party])
        freeze(letter, at=at)
        record_sent(letter, "send", agency, actor=SYSTEM, at=at, data={"kind": letter.kind})


# Who -----------------------------------------------------------------------------------------------------------------
def _recipients(line: Suspect, end: str) -> list[tuple[Agency, dict[str, str]]]:
    """Each agency once, with its first row. Of a restricted case only agencies that share it are informed."""
    proceeding, today = line.proceeding, times.today()
    found: dict[int, tuple[Agency, dict[str, str]]] = {}
    for row in _rows():
        until = row["effective_to"]
        in_force = date.fromisoformat(row["effective_from"]) <= today and (not until or today.isoformat() <= until)
        for agency in _agencies(line, row) if row["end"] == end and in_force else ():
            found.setdefault(agency.pk, (agency, row))
    found.pop(proceeding.agency_id, None)
    if proceeding.case.handling == Handling.H3:
        sharing = set(Share.objects.live().filter(case=proceeding.case_id).values_list("agency_id", flat=True))
        return [one for pk, one in found.items() if pk in sharing]
    return list(found.values())


def _agencies(line: Suspect, row: dict[str, str]) -> Any:
    match row["recipient"]:
        case "fixed":
            return Agency.objects.filter(code=row["agency"])
        case "sender":
            return Agency.objects.filter(sent_referrals__proceeding=line.proceeding_id)
        case _:  # the agencies that deal with the party in an administrative proceeding of the case
            return Agency.objects.filter(proceedings__decisions__party=line.party_id).distinct()


@cache
def _rows() -> list[dict[str, str]]:
    return list(read_csv(STEPS))


# What ----------------------------------------------------------------------------------------------------------------
def _words(line: Suspect, end: str, at: datetime, paper: str, row: dict[str, str]) -> tuple[str, str]:
    party, day = line.party.name, timezone.localtime(at)
    title = {
        "convicted": _("Final judgment on %(party)s"),
        "unpunished": _("Final judgment on %(party)s"),
        "not_prosecuted": _("Non-prosecution of %(party)s"),
        "withdrawn": _("Withdrawal of the criminal case against %(party)s"),
    }[end] % {"party": party}
    facts = [
        (_("Party"), party),
        (_("End of the criminal matter"), _ended(line, end)),
        (_("Court"), line.proceeding.court if end in ("convicted", "unpunished") else ""),
        (_("Number of the paper"), paper),
        (_("Date"), f"{day:%Y-%m-%d}"),
        (_("Next step"), row["step_zh"]),
        (_("Legal basis"), official(row["legal_basis"])),
    ]
    return title, "\n".join(f"{name}{_(': ')}{words}" for name, words in facts if words)


def _ended(line: Suspect, end: str) -> str:
    if end == "not_prosecuted":
        return str(line.get_nonprosecution_display())
    if end == "withdrawn":
        return _("Criminal case withdrawn")
    parts = [line.get_verdict_display(), line.charge, line.get_sentence_display()]
    fined = _("with a fine") if line.fine_cny and line.sentence != Suspect.Sentence.FINE_ONLY else ""
    return _(", ").join(str(part) for part in (*parts, fined) if part)


SUSPECT_ACTIONS: dict[str, Callable[..., Any]] = {verb: partial(_end, verb=verb) for verb in ENDS}
PROCEEDING_ACTIONS: dict[str, Callable[..., Any]] = {"withdraw": withdraw}
