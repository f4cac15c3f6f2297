"""The index follows the journal, can be rebuilt, and costs nothing if nothing happened."""

import pytest
from django.core.management import call_command

from cases.casefile.actions import add_party
from cases.casefile.models import Case
from cases.intake.receiving import receive_lead
from coordination.insight.search import actions
from coordination.insight.search.finding import groups
from coordination.insight.search.models import Entry
from tests import stories

pytestmark = pytest.mark.both_databases  # statements that write the index


def rows():
    return sorted(Entry.objects.values_list("kind", "thing", "at", "words", "seq"))


def resources(cast, typed):
    return [group.resource for group in groups(typed, cast["customs.officer"]) if not group.similar]


def test_changes_are_found_after_the_next_run(cast):
    case = stories.case(cast)
    actions.index_changed()
    assert "parties" not in resources(cast, "Newcomer")
    add_party(case, actor=cast["customs.officer"], kind="company", name="Newcomer Ltd", role="exporter")
    actions.index_changed()
    assert "parties" in resources(cast, "Newcomer")


def test_a_revised_report_is_found_by_its_present_content(cast):
    page = stories.content(narrative="first words")
    agency = cast.user("customs.officer").agency
    receive_lead(page, actor=cast["customs.officer"], agency=agency)
    actions.index_changed()
    assert resources(cast, "first words") == ["leads"]
    receive_lead({**page, "narrative": "other words"}, actor=cast["customs.officer"], agency=agency)
    actions.index_changed()
    assert resources(cast, "first words") == []
    assert resources(cast, "other words") == ["leads"]


def test_a_second_run_finds_nothing_to_do(cast):
    stories.shared_case(cast)
    assert actions.index_changed() > 0
    before = rows()
    assert actions.index_changed() == 0
    assert rows() == before


@pytest.mark.slow
def test_a_rebuild_makes_the_same_index_and_goes_on_where_it_was_stopped(cast):
    for _ in range(3):
        stories.transfer(cast, "FILED")
    actions.index_changed()
    before = rows()
    actions.clear_index()
    next(actions.index_missing(batch=1))
    assert Case.objects.filter(pk__in=Entry.objects.filter(kind="case").values("thing")).count() == 1
    call_command("rebuild_search")
    assert rows() == before
    assert actions.index_changed() == 0


def test_an_entry_of_another_edition_is_made_anew(cast):
    stories.case(cast)
    actions.index_changed()
    before = rows()
    Entry.objects.update(words="stale", edition=0)
    call_command("rebuild_search")
    assert rows() == before


def test_a_row_that_went_is_found_no_more(cast):
    case = stories.case(cast)
    actions.index_changed()
    case.parties.all().delete()
    Entry.objects.filter(kind="case").update(seq=0)
    actions.index_changed()
    assert not Entry.objects.filter(kind="party").exists()
