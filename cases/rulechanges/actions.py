"""Actions on changes of the control law: import rows, publish them as the next version."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import content_digest
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.runs.actions import start_run
from cases.controls.reading import read_rows
from cases.controls.rulebook import Rulebook, build
from cases.controls.store import current_tables, lock_newest, overlaid, publish_import
from cases.controls.tables import TABLES, Cells, RowChange, changed_rows, differences

from . import effect
from .access import imports_rules
from .models import RuleChange

EFFECT_RUN = "rule_effect"


@dataclass(frozen=True)
class ProposedRows:
    """Rows that change what is in force: the version that they were compared with, and the difference."""

    base: int
    tables: dict[str, list[Cells]]
    changes: list[RowChange]
    old: Rulebook
    new: Rulebook

    @property
    def digest(self) -> str:
        """Of what a person has seen."""
        return content_digest([self.base, self.tables])


def propose(table: str, text: str, *, beside: RuleChange | None = None) -> ProposedRows:
    """Reads and compares a file. Raises Invalid with every wrong cell. `beside` is the draft that it is added to."""
    base, held = current_tables()
    own = dict(beside.tables) if beside else {}
    rows = read_rows(text, TABLES[table], overlaid(held, own))
    joined = {TABLES[table].key_of(row): row for row in (*own.get(table, []), *rows)}
    tables = {**own, table: changed_rows(joined.values(), TABLES[table], held)}
    tables = {name: tables[name] for name in TABLES if tables.get(name)}
    return _proposed(base, held, tables)


def proposed_by(change: RuleChange) -> ProposedRows:
    """What a draft changes today."""
    base, held = current_tables()
    return _proposed(base, held, change.tables)


def _proposed(base: int, held: dict[str, list[Cells]], tables: dict[str, list[Cells]]) -> ProposedRows:
    new = build(overlaid(held, tables), version=base + 1)
    return ProposedRows(base, tables, differences(tables, held), build(held, version=base), new)


def draft_change(*, actor: Actor, table: str, text: str, grounds: str, seen: str) -> RuleChange:
    """Keeps the rows of a file as a draft. `seen` is the digest of the difference that the person has seen."""
    if not imports_rules(actor):
        raise Forbidden(_("The control law is imported by the system administrators."))
    found = _seen(propose(table, text), seen)
    with atomic():
        made: RuleChange = RuleChange.objects.create(
            grounds=grounds, base=found.base, tables=found.tables, author_id=actor.id, state_since=times.now()
        )
        record_event(
            SYSTEM_STREAM,
            actor=actor,
            action=Action("draft", "rule_change", made.pk, to_state=made.state, data=_in_event(found), reason=grounds),
            audience=Audience(Event.Visibility.OWN),
        )
        _find_effect(made, found, actor)
    return made


def import_rows(
    change: RuleChange, *, actor: Actor, table: str, rows: str, seen: str | None = None, **common: Any
) -> TransitionResult[RuleChange]:
    """Adds the rows of another table, or replaces those of the draft with the same key."""
    found = propose(table, rows, beside=change)
    if seen is not None:
        _seen(found, seen)
    with atomic():
        # The journal keeps the number of rows; the draft keeps them.
        given = {"table": table, "rows": str(len(found.tables.get(table, []))), **common}
        changes, kept = {"tables": found.tables}, _in_event(found)
        applied = _move(change, "import_rows", actor, changes=changes, event_data=kept, **given)
        _find_effect(applied.thing, found, actor)
        return applied


def _seen(found: ProposedRows, seen: str) -> ProposedRows:
    if not found.changes:
        raise Invalid.field("text", "unchanged", _("No change: the rows in force already agree."))
    if found.digest != seen:
        detail = _("The rows in force changed after you viewed the differences. View them again.")
        raise TransitionRefused.because("seen", detail)
    return found


def _in_event(found: ProposedRows) -> dict[str, Any]:
    return {"base": found.base, "rows": {name: len(rows) for name, rows in found.tables.items()}}


def _find_effect(change: RuleChange, found: ProposedRows, actor: Actor) -> None:
    """Stores what the rows change; many items and leads are left to a worker."""
    if effect.how_many() <= effect.AT_ONCE:
        stored = effect.of_all(found.old, found.new)
    else:
        stored = effect.of_examples(found.old, found.new)
        start_run(EFFECT_RUN, actor=actor, given={"change": str(change.pk)})
    RuleChange.objects.filter(pk=change.pk).update(effect=stored)


def publish(change: RuleChange, *, actor: Actor, **common: Any) -> TransitionResult[RuleChange]:
    """Makes the next version of the rows. Every process uses it within seconds; older versions are kept."""
    with atomic():
        lock_newest()
        applied = _move(change, "publish", actor, changes={"published_as": change.base + 1}, **common)
        publish_import(change.tables, grounds=change.grounds)
        return applied


def withdraw(change: RuleChange, *, actor: Actor, **common: Any) -> TransitionResult[RuleChange]:
    return _move(change, "withdraw", actor, **common)


def _move(change: RuleChange, verb: str, actor: Actor, **given: Any) -> TransitionResult[RuleChange]:
    return apply_transition(change, verb, actor=actor, streams=[SYSTEM_STREAM], **given)


ACTIONS: ActionTable = {"import_rows": import_rows, "publish": publish, "withdraw": withdraw}
