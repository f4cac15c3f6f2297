"""Search finds nothing that the reader may not read, and counts and order do not disclose it."""

import pytest
from django.utils import timezone

from agencies.kernel.resource import SEARCHED
from cases.casefile.models import Case
from cases.sharing.actions import share_case
from cases.sharing.models import Share
from coordination.exchange.referrals.access import reads_package
from coordination.exchange.referrals.models import Referral
from coordination.insight.search.actions import index_changed
from coordination.insight.search.finding import groups, listed
from coordination.insight.search.models import Entry
from coordination.insight.search.query import Word, asked_for
from coordination.insight.search.words import agency_word
from tests import stories
from tests.coordination.test_route_matrix import ASB, CENTRE, COMMERCE, CUSTOMS, POLICE, READERS, stage

# Readers of each kind in the route matrix: the case belongs to customs and is shared fully with commerce and as status
# with the police; its transfer to the bureau is delivered, with a copy to the procuratorate.
READS = {
    "case": CUSTOMS | COMMERCE | CENTRE,
    "case_outside": POLICE,
    "lead": CUSTOMS | CENTRE,
    "party": CUSTOMS | COMMERCE | CENTRE,
    "item": CUSTOMS | COMMERCE | CENTRE,
    "shipment": CUSTOMS | COMMERCE | CENTRE,
    "referral": CUSTOMS | CENTRE,
    "envelope": ASB | {"procurator"},
    "task": CUSTOMS | COMMERCE | CENTRE,
    "incoming": CUSTOMS | COMMERCE | CENTRE,
    "file": CUSTOMS | COMMERCE | CENTRE,
    "lot": CUSTOMS | COMMERCE | CENTRE,
    "listing": READERS,
    "bulletin": READERS,
    "campaign": CUSTOMS | COMMERCE | CENTRE,
    "major_case": CUSTOMS | COMMERCE | CENTRE,
    "typical_case": READERS,
}


PREVENTION = "coordination.prevention."  # each noun has a test of who finds it


def subject(things, kind):
    """Entries of the matrix's case; of leads, bulletins and the like, their own."""
    if kind == "typical_case":
        return things["typical-case"].case_id
    return things[kind if kind in ("lead", "listing", "bulletin", "campaign") else "case"].pk


@pytest.mark.slow
def test_kinds_found_by_each_reader(cast):
    things = stage(cast)
    index_changed()
    for who in sorted(READERS | {"auditor", "sysadmin", "customs.admin"}):
        found = set(Entry.objects.visible_to(cast[who]).values_list("kind", "subject"))
        seen = {kind for kind in READS if (kind, subject(things, kind)) in found}
        assert seen == {kind for kind, readers in READS.items() if who in readers}, who


def test_every_kind_is_listed_here_or_uses_its_own_resources_visibility():
    of_prevention = {kind.name for kind in SEARCHED.values() if kind.model.__module__.startswith(PREVENTION)}
    assert set(SEARCHED) - set(READS) - of_prevention == {"proceeding", "decision", "paper", "instruction"}
    assert all(SEARCHED[name].read_by is not None for name in of_prevention)


@pytest.mark.slow
def test_an_entry_is_found_exactly_by_readers_of_its_object(cast):
    """For every kind: the model's own `visible_to` is an outer bound."""
    stage(cast)
    index_changed()
    for who in sorted(READERS):
        found = set(Entry.objects.visible_to(cast[who]).values_list("kind", "thing"))
        for kind in SEARCHED.values():
            things = {thing for name, thing in found if name == kind.name}
            assert things <= set(kind.model.objects.visible_to(cast[who]).values_list("pk", flat=True)), (who, kind)


@pytest.mark.slow
def test_titles_of_referrals_are_found_by_readers_of_the_package(cast):
    stage(cast)
    for state in ("DRAFT_REPORT", "APPROVED", "ACCEPTED", "FILED", "OUT_OF_SCOPE", "NOT_FILED", "WITHDRAWN"):
        stories.transfer(cast, state)
    stories.supervision(cast, "REASONS_ASKED")
    stories.assistance(cast, "SENT")
    stories.matter(cast, "SENT")
    stories.letter(cast, "SENT")
    for who in sorted(READERS):
        actor = cast[who]
        visible = Referral.objects.visible_to(actor).select_related("case")
        read = {one.pk for one in visible if reads_package(one, actor)}
        assert set(Referral.objects.contents_visible_to(actor).values_list("pk", flat=True)) == read, who


@pytest.mark.slow
def test_envelope_readers_find_the_number_only(cast):
    case = stories.case(cast, title="Canary title", narrative="Canary narrative")
    transfer = stories.transfer(cast, "DELIVERED", case)
    index_changed()
    assert [g.resource for g in groups(transfer.number, cast["antismuggling.officer"])] == ["referrals"]
    for typed in ("Canary", "Example Metals", case.number, "锑锭", "91110000600037341L", transfer.title):
        assert groups(typed, cast["antismuggling.officer"]) == [], typed


def test_status_readers_find_a_case_by_number_and_title_only(cast):
    case = stories.case(cast, title="Canary title", narrative="Canary narrative")
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    index_changed()
    for typed in (case.number, "Canary title"):
        assert [g.resource for g in groups(typed, cast["police.officer"])] == ["cases"]
    for typed in ("narrative", "Example Metals", "锑锭"):
        assert groups(typed, cast["police.officer"]) == [], typed


def test_a_lost_right_applies_at_once(cast):
    case = stories.shared_case(cast, title="Canary title")
    index_changed()
    assert groups("Canary", cast["commerce.officer"])
    stories.walk(
        cast, Case.objects.get(pk=case.pk), [("unshare", "customs.officer", {"agency": "MOFCOM_SCB", "reason": "done"})]
    )
    assert groups("Canary", cast["commerce.officer"]) == []


def test_the_index_holds_no_text(cast):
    stories.case(cast, title="Canary title that nobody must read here")
    index_changed()
    assert asked_for("Canary title")
    assert not Entry.objects.filter(words__contains="Canary title").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "who", ["customs.officer", "commerce.officer", "police.officer", "centre.coordinator", "procurator"]
)
def test_outer_visibility_equals_visibility_without_contents(cast, who):
    for profile in ("full", "status"):
        for handling in ("H1", "H3"):
            case = stories.case(cast, handling=handling)
            for agency in {cast[name].agency_id for name in ("commerce.officer", "police.officer", "procurator")}:
                Share.objects.create(case=case, agency_id=agency, profile=profile, granted_at=timezone.now())
    Share.objects.filter(profile="status").first().delete()
    actor = cast[who]
    within = Case.objects.contents_visible_to(actor).values("pk")
    assert set(Case.objects.status_visible_to(actor)) == set(Case.objects.visible_to(actor).exclude(pk__in=within))


@pytest.mark.slow
def test_what_a_reader_reads_their_agency_may_find(cast):
    """The words for agencies only narrow what is checked, so they must leave out nothing."""
    stage(cast)
    for state in ("DRAFT_REPORT", "FILED", "OUT_OF_SCOPE", "WITHDRAWN"):
        stories.transfer(cast, state)
    stories.supervision(cast, "REASONS_ASKED")
    stories.matter(cast, "SENT")
    stories.letter(cast, "SENT")
    index_changed()
    kept = {kind.name for kind in SEARCHED.values() if kind.agencies}
    for who in sorted(READERS):
        actor = cast[who]
        read = set(Entry.objects.filter(kind__in=kept).visible_to(actor).values_list("kind", "thing"))
        named = Entry.objects.fitting(Word(agency_word(actor.own_agency))).values_list("kind", "thing")
        assert actor.is_centre or read <= set(named), who


@pytest.mark.slow
@pytest.mark.parametrize("who", sorted(READERS))
@pytest.mark.both_databases  # own statements
def test_words_of_any_frequency_find_the_same(cast, who, monkeypatch):
    stage(cast)
    stories.transfer(cast, "FILED")
    index_changed()
    for typed in ("锑锭", "Example", "No"):
        rare = found(typed, cast[who])
        with monkeypatch.context() as patch:
            patch.setattr("agencies.kernel.paging.PRINTED", 2)
            assert found(typed, cast[who]) == rare, typed


def found(typed, actor):
    """The overview, and the pages of each kind of hit, one hit a page."""
    listing = {group.resource: pages(typed, actor, group.resource) for group in groups(typed, actor)}
    return [
        (group.resource, group.count, [hit.thing.pk for hit in group.hits]) for group in groups(typed, actor)
    ], listing


def pages(typed, actor, resource):
    """All hits page by page; backwards they are the same."""
    page = listed(typed, actor, resource, {}, size=1)
    hits = [hit.thing.pk for hit in page.items]
    while page.next:
        page = listed(typed, actor, resource, {"after": page.next}, size=1)
        hits += [hit.thing.pk for hit in page.items]
    back = [hit.thing.pk for hit in page.items]
    while page.previous:
        page = listed(typed, actor, resource, {"before": page.previous}, size=1)
        back += [hit.thing.pk for hit in page.items]
    assert back == hits[::-1]
    return hits
