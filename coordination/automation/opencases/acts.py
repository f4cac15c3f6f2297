"""The acts that the rows of a case describe, and their performance through the workflow tables.

Every act is an action of the product with its true time and the paper that shows it. It is recorded by that one of the
two people of the import whom the table allows: by the one without an office where both may.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionField, field_errors, flat
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError, Invalid
from agencies.kernel.resource import resource_of
from agencies.kernel.workflow import Workflow
from agencies.people.models import User
from cases.casefile.choices import colleagues
from cases.casefile.models import Case
from cases.clocks.models import Clock, PeriodRule
from cases.proceedings.models import Measure, Proceeding, lines_of
from coordination.automation.imports.tables import TableRow
from coordination.exchange.referrals.actions.drafting import DRAFTED
from coordination.exchange.referrals.models import Referral

from .reading import RegisteredCase, cell, code_among, form_value, moment_of, names_in, refused, written_answers

K = Referral.Kind
# The kinds that are imported, with the verb that begins them. Returns, opinions and demands answer other letters.
IMPORTED = (K.ASSISTANCE, K.LEAD_TRANSFER, K.NOTICE, K.ECO_LEAD, K.IDENTITY, K.ADMINISTRATIVE)
BEGUN_BY: dict[str, str] = {str(kind): verb for verb, kind in DRAFTED.items() if kind in IMPORTED} | {
    str(K.CRIMINAL_TRANSFER): "draft_transfer"
}
OWN_COLUMNS = ("reason", "paper")  # of the sheet of steps
NOTHING: Mapping[str, Any] = {}
MOST_NAMED = 12
"""Choices that an error names; of a longer list it says where it is."""


@dataclass(frozen=True)
class RegisteredAct:
    """One act: its row, the columns of its day and its paper, and when it happened."""

    row: TableRow
    day: str
    paper: str
    at: datetime


def perform(
    act: RegisteredAct,
    people: Sequence[Actor],
    thing: Any,
    verb: str,
    answers: Mapping[str, Any],
    more: Mapping[str, Any] = NOTHING,
) -> Any:
    """Performs one action on the thing, as the first of these people who may. `more` are arguments that no form asks.
    Raises Invalid at the cells of the row.
    """
    resource = resource_of(thing)
    table = resource.workflow_of(thing)
    person = _recorder(people, table, verb, thing)
    asked: dict[str, ActionField] = {}
    try:
        line = table.check(verb, person, thing)
        asked = {one.name: one for one in table.fields_of(verb, person, thing)}
        data: dict[str, Any] = {
            name: form_value(asked[name], text, thing, person) for name, text in answers.items() if name in asked
        }
        data |= {"happened_at": act.at, "paper": cell(act.row, act.paper)}
        form = resource.form(person, thing, verb, data=data)
        if not form.is_valid():
            raise Invalid(_of_list(error, data, asked, thing, person) for error in field_errors(form))
        given = form.given()
        if line.second is not None and (rests := line.second.rests(thing, given, person)):
            detail = _("Another person or agency has to agree to this: %(what)s. Record it after the import.")
            raise refused(act.row, _column_of(act, ""), detail % {"what": "; ".join(rests)})
        made = resource.actions_of(thing)[verb](thing, actor=person, **given, **more)
    except ActionError as wrong:
        raise Invalid(at_cells(act, wrong, asked)) from wrong
    thing.refresh_from_db()
    return made


def _of_list(
    error: FieldError, data: Mapping[str, Any], asked: Mapping[str, ActionField], thing: Any, person: Actor
) -> FieldError:
    """An error of a choice, with the text that is not on the list and with what is."""
    name = error.pointer.strip("/")
    if error.code != "invalid_choice" or name not in asked or asked[name].refusal:
        return error
    offered = dict(flat(asked[name].offered(thing, person)))
    given = data[name] if isinstance(data[name], list) else [data[name]]
    unknown = "; ".join(str(one)[:40] for one in given if one not in map(str, offered))
    if len(offered) > MOST_NAMED:
        detail = _("“%(text)s” is not on the list. Write a code or a name as the form offers it under “%(label)s”.")
        return FieldError(error.pointer, "choice", detail % {"text": unknown, "label": asked[name].label})
    names = "; ".join(str(label) for label in offered.values()) or "–"
    detail = _("“%(text)s” is not on the list. On it are: %(names)s.")
    return FieldError(error.pointer, "choice", detail % {"text": unknown, "names": names})


def _recorder(people: Sequence[Actor], table: Workflow, verb: str, thing: Any) -> Actor:
    allowed = [person for person in people if table.may(verb, person, thing)]
    ready = [person for person in allowed if not table.unmet(verb, person, thing)]
    return (ready or allowed or list(people))[0]


@dataclass
class CaseScene:
    """A case while its acts are performed. `people` are the two people of the import, those without an office first."""

    case: Case
    people: Sequence[Actor]
    proceedings: dict[str, Proceeding] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)

    def act(self, act: RegisteredAct, thing: Any, verb: str, answers: Mapping[str, Any], **more: Any) -> Any:
        return perform(act, self.people, thing, verb, answers, more)

    def proceeding(self, row: TableRow, column: str = "proceeding") -> Proceeding:
        if found := self.proceedings.get(cell(row, column)):
            return found
        detail = _(
            "The case has no proceeding with this number at that time. Write the number as in its sheet, and a day "
            "that is not before its opening."
        )
        raise refused(row, column, detail)

    def party_ids(self, row: TableRow, column: str) -> list[str]:
        known = {party.name: str(party.pk) for party in self.case.parties.all()}
        if unknown := [name for name in names_in(row, column) if name not in known]:
            detail = _("The case has no party “%(name)s”. Write the name as in the sheet of parties.")
            raise refused(row, column, detail % {"name": unknown[0][:40]})
        return [known[name] for name in names_in(row, column)]

    def line(self, row: TableRow) -> Any:
        """The part of a party in the proceeding of the row."""
        found = lines_of(self.proceeding(row)).filter(party__in=self.party_ids(row, "party")).first()
        if found is None:
            raise refused(row, "party", _("This party is not in the proceeding at that time."))
        return found

    def period(self, row: TableRow) -> Clock:
        """The running period that the row names, about its proceeding, or about its party there."""
        code = code_among(cell(row, "period"), _rules())
        running = Clock.objects.running().filter(case=self.case, rule__code=code).select_related("rule")
        if cell(row, "party"):
            line = self.line(row)
            measures = Measure.objects.filter(suspect=line.pk).values("pk")
            running = running.filter(Q(subject_id=line.pk) | Q(subject_id__in=measures))
        elif cell(row, "proceeding"):
            running = running.filter(proceeding_id=self.proceeding(row).pk)
        found = list(running)
        if len(found) != 1:
            names = ", ".join(
                sorted(set(Clock.objects.running().filter(case=self.case).values_list("rule__code", flat=True)))
            )
            detail = _("Exactly one such period must run at that time. These run on the case: %(names)s.")
            raise refused(row, "period", detail % {"names": names or "–"})
        return found[0]


def _rules() -> list[tuple[str, str]]:
    rows = PeriodRule.objects.values_list("code", "name_zh", "name_en")
    return [(code, name) for code, zh, en in rows for name in (zh, en)]


# Errors --------------------------------------------------------------------------------------------------------------
# Field of a form → column, where a sheet names it otherwise.
COLUMNS = {"report": "text", "external_number": "number", "handling": "handling_code"}


def _column_of(act: RegisteredAct, name: str) -> str:
    known = {"happened_at": act.day, "paper": act.paper}
    column = known.get(name) or COLUMNS.get(name, name)
    in_sheet = column in act.row.cells or column in known.values()
    return column if column and in_sheet else ("act" if act.row.sheet == "steps" else act.day)


def at_cells(act: RegisteredAct, wrong: ActionError, asked: Mapping[str, ActionField]) -> Iterator[FieldError]:
    """The errors of an action at the cells of the row. What lies at a cell already stays there."""
    if not isinstance(wrong, Invalid):
        yield FieldError(_pointer(act, _column_of(act, "")), wrong.code, wrong.detail)
        return
    for error in wrong.errors:
        name = error.pointer.strip("/")
        if name.startswith(f"{act.row.sheet}/"):
            yield error
        else:
            column = _column_of(act, name)
            in_own_cell = column == name or name not in asked or name in ("happened_at", "paper")
            detail = error.detail if in_own_cell else f"{asked[name].label}: {error.detail}"
            yield FieldError(_pointer(act, column), error.code, detail)


def _pointer(act: RegisteredAct, column: str) -> str:
    return f"/{act.row.sheet}/{act.row.line}/{column}"


# What the rows say ---------------------------------------------------------------------------------------------------
Step = tuple[RegisteredAct, Callable[[CaseScene, RegisteredAct], Any]]


def acts_of(matter: RegisteredCase) -> list[Step]:
    """All acts, each with what performs it, in the order of their times; of one time in the order of sheets and lines.
    Raises Invalid."""
    kinds: dict[str, Callable[[TableRow], Iterator[Step]]] = {
        "proceedings": _of_proceeding,
        "steps": _of_step,
        "referrals": _of_referral,
        "pauses": _of_pause,
    }
    acts, errors = list[Step](), list[FieldError]()
    for part, read in kinds.items():
        for row in matter.parts[part]:
            try:
                acts += read(row)
            except Invalid as wrong:
                errors += wrong.errors
    if errors:
        raise Invalid(errors)
    return sorted(acts, key=lambda step: step[0].at)


def _act(row: TableRow, day: str, paper: str, performs: Callable[[CaseScene, RegisteredAct], Any]) -> Iterator[Step]:
    """The act of a day, none if the cell is empty."""
    at = moment_of(row, day)
    if at is not None:
        yield RegisteredAct(row, day, paper, at), performs


def _of_proceeding(row: TableRow) -> Iterator[Step]:
    _refuse_reversed(row, "opened_on", "filed_on", "investigated_on")
    is_criminal = code_among(cell(row, "kind"), Proceeding.Kind.choices) == Proceeding.Kind.CRIMINAL
    yield from _act(row, "opened_on", "opened_paper", _file_criminal if is_criminal else _open)
    if is_criminal:
        yield from _act(row, "opened_on", "opened_paper", _add_parties)
        return
    yield from _act(row, "filed_on", "filed_paper", _file)
    yield from _act(row, "filed_on", "filed_paper", _add_parties)
    yield from _act(row, "investigated_on", "investigated_paper", _investigate)


def _refuse_reversed(row: TableRow, *columns: str) -> None:
    """Raises Invalid where a day is before the one that it follows."""
    days = [(column, at) for column in columns if (at := moment_of(row, column)) is not None]
    for (_before, earlier), (column, later) in pairwise(days):
        if later < earlier:
            raise refused(row, column, _("This is earlier than the step before it."))


def _handler(scene: CaseScene, row: TableRow) -> dict[str, Any]:
    """The person who handles the proceeding; empty: the one who records it."""
    name = cell(row, "handler")
    if not name:
        return {}
    people = User.objects.filter(pk__in=[pk for pk, _name in colleagues(scene.case, scene.people[0])])
    found = people.filter(Q(username=name) | Q(name_zh=name) | Q(name_en=name))[:2]
    if len(found) != 1:
        detail = _(
            "No person who works on cases of the agency has this account or name, or several have it. Write the "
            "account of one who does, or leave the cell empty."
        )
        raise refused(row, "handler", detail)
    return {"handler": found[0]}


def _open(scene: CaseScene, act: RegisteredAct) -> None:
    row = act.row
    answers = {"kind": cell(row, "kind")}
    made = scene.act(act, scene.case, "open_proceeding", answers, **_handler(scene, row))
    scene.proceedings[cell(row, "number")] = made


def _file_criminal(scene: CaseScene, act: RegisteredAct) -> None:
    row = act.row
    reason = _("Filed before the agency worked in this system: %(paper)s") % {"paper": cell(row, "opened_paper")}
    answers = {"offence": cell(row, "offence"), "external_number": cell(row, "number"), "reason": reason}
    scene.proceedings[cell(row, "number")] = scene.act(
        act, scene.case, "file_criminal", answers, **_handler(scene, row)
    )


def _file(scene: CaseScene, act: RegisteredAct) -> None:
    scene.act(act, scene.proceeding(act.row, "number"), "file", {"external_number": cell(act.row, "number")})


def _add_parties(scene: CaseScene, act: RegisteredAct) -> None:
    for party in scene.party_ids(act.row, "parties"):
        scene.act(act, scene.proceeding(act.row, "number"), "add_line", {"party": party})


def _investigate(scene: CaseScene, act: RegisteredAct) -> None:
    scene.act(act, scene.proceeding(act.row, "number"), "investigate", {"team": cell(act.row, "team")})


def _of_step(row: TableRow) -> Iterator[Step]:
    yield from _act(row, "done_on", "paper", _step)


def _step(scene: CaseScene, act: RegisteredAct) -> None:
    row = act.row
    if cell(row, "period"):
        thing: Any = scene.period(row)
    elif cell(row, "party"):
        thing = scene.line(row)
    else:
        thing = scene.proceeding(row) if cell(row, "proceeding") else scene.case
    table = resource_of(thing).workflow_of(thing)
    offered = [(verb, table.labels[verb].button) for verb, line in table.transitions.items() if not line.system]
    verb = code_among(cell(row, "act"), offered)
    if not verb:
        names = "; ".join(str(label) for _verb, label in offered)
        raise refused(row, "act", _("There is no such step here. The steps are: %(names)s.") % {"names": names})
    asked = [one for one in table.transitions[verb].fields if one.name not in OWN_COLUMNS]
    answers = written_answers(row, asked)
    scene.act(act, thing, verb, {"reason": cell(row, "reason")} | answers)


def _of_referral(row: TableRow) -> Iterator[Step]:
    kind = code_among(cell(row, "kind"), [one for one in K.choices if one[0] in BEGUN_BY])
    if not kind:
        names = "; ".join(str(K(one).label) for one in BEGUN_BY)
        raise refused(row, "kind", _("This kind is not imported. The kinds are: %(names)s.") % {"names": names})
    _refuse_reversed(row, "approved_on", "sent_on")
    if kind == K.CRIMINAL_TRANSFER:
        yield from _act(row, "approved_on", "approved_paper", _approve_transfer)
        yield from _act(row, "sent_on", "sent_paper", _deliver)
    else:
        yield from _act(row, "sent_on", "sent_paper", _send)


def _draft(scene: CaseScene, act: RegisteredAct) -> Referral:
    row = act.row
    kind = code_among(cell(row, "kind"), K.choices)
    answers: dict[str, Any] = {"parties": scene.party_ids(row, "parties"), "report": cell(row, "text")}
    answers |= {name: cell(row, name) for name in ("receiver", "title", "offence", "overruled_because", "team")}
    made: Referral = scene.act(act, scene.case, BEGUN_BY[kind], answers, number=cell(row, "number"))
    scene.referrals[cell(row, "number")] = made
    return made


def _send(scene: CaseScene, act: RegisteredAct) -> None:
    scene.act(act, _draft(scene, act), "send", {})


def _approve_transfer(scene: CaseScene, act: RegisteredAct) -> None:
    letter = _draft(scene, act)
    scene.act(act, letter, "submit", {})
    because = _("Its papers were made before the agency worked in this system: %(paper)s")
    scene.act(act, letter, "approve", {"incomplete_because": because % {"paper": cell(act.row, act.paper)}})


def _deliver(scene: CaseScene, act: RegisteredAct) -> None:
    row = act.row
    letter = scene.referrals.get(cell(row, "number"))
    if letter is None:
        raise refused(row, "approved_on", _("A transfer is approved before it is sent: enter the day and the paper."))
    scene.act(act, letter, "deliver", {})


def _of_pause(row: TableRow) -> Iterator[Step]:
    _refuse_reversed(row, "paused_on", "resumed_on")
    yield from _act(row, "paused_on", "paused_paper", _pause)
    yield from _act(row, "resumed_on", "resumed_paper", _resume)


def _pause(scene: CaseScene, act: RegisteredAct) -> None:
    clock = scene.period(act.row)
    grounds = [(one.ground, name) for one in clock.rule.pause_grounds.all() for name in (one.name_zh, one.name_en)]
    ground = code_among(cell(act.row, "ground"), grounds) or cell(act.row, "ground")
    scene.act(act, clock, "pause", {"ground": ground})


def _resume(scene: CaseScene, act: RegisteredAct) -> None:
    scene.act(act, scene.period(act.row), "resume", {})
