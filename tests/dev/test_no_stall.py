"""Every open state of every table has a responsible person, a period and a way out, each with its basis."""

import re

from agencies.kernel.reference import read_csv
from cases.clocks.reference import DATA
from dev.no_stall.tables import open_states, tables, waits, written_waits

PART = re.compile(r"(?P<way>.+) \((?P<basis>[^()]+)\)$")
VERB = re.compile(r"[a-z]+_[a-z_]+|[a-z]+$")


def test_every_open_state_of_every_table_is_proven_and_no_other() -> None:
    there = [(workflow.name, state) for workflow in tables() for state in open_states(workflow)]
    assert len(there) > 100
    assert sorted(written_waits()) == sorted(there)
    assert [one for one in waits() if not (one.responsible and one.period and one.way_out)] == []


def test_each_period_and_way_out_has_an_article_or_is_an_internal_setting() -> None:
    rules = {row["code"] for row in read_csv(DATA / "clocks.csv")}
    for one in waits():
        assert {code for code in one.period.split(", ") if code.isupper()} <= rules, one
        parts = [*one.way_out.split("; "), *([] if one.period.split(", ")[0] in rules else [one.period])]
        assert [part for part in parts if not PART.match(part)] == [], one


def test_each_action_that_is_named_as_a_way_out_is_there_in_this_state() -> None:
    of_table = {workflow.name: workflow for workflow in tables()}
    for one in waits():
        for part in one.way_out.split("; "):
            way = PART.match(part)
            assert way is not None
            if VERB.fullmatch(way["way"]):
                assert one.state in of_table[one.table].transitions[way["way"]].sources, (one, way["way"])
