"""Kept work items against fresh ones, at the end of every test that changed something that has rows on desks.

The product writes the rows of all that it changes. A test that writes a row by hand (`.update()`, `.create()`) has no
action that would do so: what it wrote is derived before the rows are next read, as if it had always stood so. Told
apart are the two by the innermost module of ours that asked for the statement.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from agencies.kernel.work import REGISTER
from agencies.organisations.models import of_antismuggling
from agencies.people.models import User
from agencies.people.sight import actor_for
from agencies.work.actions import differences, refresh
from agencies.work.models import WorkItem
from cases.proceedings.models import Proceeding, has_a_wall, walled_ids, walled_off
from cases.watchlists import entries

from . import sights

ROOT = str(Path(__file__).parent.parent) + "/"
TESTS = ROOT + "tests/"
OURS = tuple(ROOT + package for package in ("tests/", "agencies/", "cases/", "coordination/", "dev/"))
# They stand between a statement and who asked for it.
WATCHERS = (TESTS + "kept_stories.py", TESTS + "work_items.py")
WRITES = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
ROUTED = {"lead", "task", "referral", "proceeding"}
# What is written → whose rows it changes.
KINDS = {
    "intake_lead": {"lead", "case"},
    "tasks_task": {"task"},
    "referrals_referral": {"referral"},
    "proceedings_proceeding": {"proceeding", "clock", "decision", "wall", "reminder"},
    "proceedings_proceeding_team": {"wall", "reminder"},
    "proceedings_decision": {"decision"},
    "clocks_clock": {"clock", "paper", "query"},
    "papers_paper": {"paper"},
    "instructions_instruction": {"instruction"},
    "majorcases_majorcase": {"major_case"},
    "campaigns_campaign": {"campaign"},
    "diligence_review": {"review"},
    "diligence_gap": {"review"},
    "inspections_inspection": {"inspection"},
    "certificates_certificate": {"certificate"},
    "circulars_circular": {"circular"},
    "inspections_inspector": {"inspection"},
    "campaigns_campaignstep": {"campaign"},
    "opinions_opinion": {"opinion", "round"},
    "opinions_opinionlevel": {"opinion"},
    "opinions_opinionround": {"opinion", "round"},
    "custody_goodslot": {"lot"},
    "stops_stop": {"stop"},
    "corrections_correction": {"correction"},
    "conferences_conference": {"conference"},
    "conferences_participant": {"conference"},
    "conferences_participant_people": {"conference"},
    "reminders_reminder": {"reminder"},
    "reminders_reminderitem": {"reminder"},
    "customsqueries_customsquery": {"query"},
    "identifications_identification": {"id_request", "query"},
    "enduse_endusefinding": {"end_use"},
    "bulletins_bulletin": {"bulletin"},
    "typical_cases_typicalcase": {"typical_case"},
    "routing_routing": ROUTED,
    "routing_handpriority": ROUTED,
    "sharing_share": {"proceeding", "conference", "typical_case", "reminder"},
}
OF_A_CASE = re.compile(r'"(lead_id|handling)" =')


class Watch:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.changed: set[str] = set()
        self.by_hand: set[str] = set()
        self.is_resting = False

    def execute(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper of Django."""
        if self.is_resting:
            return execute(sql, params, many, context)
        if self.by_hand and '"work_workitem"' in sql:
            self.settle()
        answer = execute(sql, params, many, context)
        if found := WRITES.match(sql):
            if found[1] == "watchlists_listing":
                entries.forget()  # a test does not commit
            kinds = self.kinds_of(found[1], sql)
            self.changed |= kinds
            if kinds and is_by_a_test():
                self.by_hand |= kinds
        return answer

    def kinds_of(self, table: str, sql: str) -> set[str]:
        if table == "casefile_case":
            return (
                set(REGISTER) if OF_A_CASE.search(sql.partition(" WHERE ")[0]) and sql.startswith("UPDATE") else set()
            )
        return KINDS.get(table, set())

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While the watch itself asks; a test that counts queries does not count these."""
        logs, connection.force_debug_cursor = connection.force_debug_cursor, False
        self.is_resting = True
        try:
            yield
        finally:
            self.is_resting, connection.force_debug_cursor = False, logs

    def settle(self) -> None:
        """Derives the rows of what the test wrote by hand."""
        kinds, self.by_hand = self.by_hand, set()
        with self.resting(), transaction.atomic():
            for kind in kinds:
                stale = {pk for _kind, pk in differences([kind])}
                if stale:
                    refresh(REGISTER[kind], sorted(stale))

    def check(self) -> None:
        if not self.changed or connection.needs_rollback:
            return
        self.settle()
        with self.resting():
            wrong = sorted({kind for kind, _pk in differences(self.changed)})
            if wrong:
                raise AssertionError(message_of(wrong))
            if "wall" in self.changed:
                assert walls() == {}, "the stored walls of these people are not those of the present proceedings"
            assert sights.differing() == {}, "these people see others than the items and letters hold"


def is_by_a_test() -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(OURS) and name not in WATCHERS:
            return bool(name.startswith(TESTS))
        frame = frame.f_back
    return False


def walls() -> dict[str, Any]:
    """The stored and the present walls of each person of a bureau for whom they differ."""
    people = User.objects.filter(of_antismuggling("agency"), is_active=True) if Proceeding.objects.exists() else ()
    found = {}
    for actor in map(actor_for, people):
        kept, live = (set(rows.values_list(name, flat=True)) for rows, name in both_walls(actor))
        if has_a_wall(actor) and kept != live:
            found[actor.name] = (kept, live)
    return found


def both_walls(actor: Any) -> tuple[tuple[Any, str], tuple[Any, str]]:
    return (walled_ids(actor), "object_id"), (walled_off(actor), "pk")


def message_of(kinds: list[str]) -> str:
    lines = [f"the kept work items of these are not what they must be: {', '.join(kinds)}"]
    for kind in kinds:
        for pk in sorted({pk for _kind, pk in differences([kind])}):
            kept = list(WorkItem.objects.filter(object_id=pk).values_list("side", "agency_id", "person_id", "state"))
            lines.append(f"{kind} {pk}: kept {kept}")
    return "\n".join(lines)


watch = Watch()
