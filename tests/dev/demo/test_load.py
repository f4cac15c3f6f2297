"""The demonstration is loaded once for this module; the tests only read it, and everything is rolled back."""

import json
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.confirmations.models import Confirmation
from agencies.journal.intervals import intervals_from_events
from agencies.journal.models import Delivery, Event, StateInterval
from agencies.kernel import times
from agencies.kernel.resource import RESOURCES, SEARCHED, resource_of
from agencies.machines.models import KeyUse
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case, Party
from cases.clocks.due_times import due_of
from cases.clocks.models import Breach, Clock
from cases.controls.models import ViolationType
from cases.intake.models import Lead, Revision
from cases.papers.models import Paper
from cases.proceedings.models import Decision, Proceeding, Suspect
from cases.sharing.models import Share
from coordination.automation.gateways.models import Gateway
from coordination.automation.gateways.receipts import receipt_of
from coordination.automation.imports.models import Import
from coordination.documents.package import bundle_of
from coordination.exchange.referrals.completeness import missing_parts
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.following import rebuild
from coordination.insight.metrics.levels import reversed_objects
from coordination.insight.metrics.models import Fact
from coordination.insight.search.actions import index_missing
from coordination.insight.search.models import Entry
from coordination.insight.search.query import Word
from coordination.insight.search.screening import screen_case, screen_lead
from coordination.insight.search.words import agency_word
from coordination.messaging.channels.models import Sending, Webhook
from coordination.messaging.notifications.models import Notice
from dev.demo.load import load_demo
from dev.demo.on_figures import load_what_rests_on_figures
from dev.demo.story_files import INVENTED, LEADS, samples, stories
from dev.management.commands import demonstrate
from tests import sights
from tests.coordination.insight.supervision.marks import charts, marks, wrong
from tests.coordination.workspace.one_late import disagreements
from tests.journal import verify_streams
from tests.stories import PASSWORD

# All tests read one demonstration. `.ci/run` loads it today and at five dates.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIGURES_TABS, DRAWN = ("supervision", "figures_flow", "figures_minerals", "figures_deadlines"), 40
WORKING_AGENCIES = ("GACC", "MOFCOM_SCB", "MPS_ECID", "GACC_ASB", "SPP")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[int]:
    with django_db_blocker.unblock(), transaction.atomic():
        _people, made = load_demo(PASSWORD, now=timezone.now())
        list(rebuild())
        load_what_rests_on_figures(times.today())
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(loaded: int) -> None:
    """Every test here reads it."""


def test_every_story_is_played(loaded):
    assert loaded == len(stories("published", *INVENTED, LEADS)) >= 90


def test_loading_again_changes_nothing():
    before = (Event.objects.count(), Lead.objects.count(), User.objects.count())
    assert load_demo(PASSWORD, now=timezone.now())[1] == 0
    assert (Event.objects.count(), Lead.objects.count(), User.objects.count()) == before


def test_the_time_on_every_desk_agrees_with_the_events():
    own = Task.objects.filter(source=None)  # the course of a referral's step is described by the referral
    rows = (Lead.objects.all(), own, Referral.objects.all(), Proceeding.objects.all())
    things = [thing for one in rows for thing in one.order_by("pk")]
    assert StateInterval.objects.count() > len(things) / 2
    for thing in things:
        kept = [
            stay_described(interval) for interval in StateInterval.objects.filter(object_id=thing.pk).order_by("number")
        ]
        assert kept == [
            stay_described(interval) for interval in intervals_from_events(thing, resource_of(thing).kind)
        ], thing


def stay_described(interval):
    return (interval.number, interval.state, interval.desk, interval.entered_at, interval.left_at)


def test_filed_transfers_were_handed_over_complete_and_no_cover_lacks_a_name():
    filed = Referral.objects.filter(kind=Referral.Kind.CRIMINAL_TRANSFER, state=Referral.State.FILED)
    complete = [transfer for transfer in filed if not transfer.urgent]
    assert len(complete) >= 3
    for transfer in complete:
        assert (missing_parts(transfer), transfer.incomplete_because) == ([], ""), transfer.title
        bundle = bundle_of(transfer, actor_for(transfer.drafter))
        with ZipFile(BytesIO(bundle.content)) as file:
            names, cover = file.namelist(), file.read("index.html").decode()
        for form in ("TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"):
            assert any(form in name for name in names), (transfer.title, form)
        assert "None" not in cover
        assert transfer.packages.get(number=1).content["letter"]["enclosures"]
        assert "None" not in shown(transfer, actor_for(transfer.drafter))["goods"]


def test_the_journal_holds_no_stock_is_negative_and_nothing_has_happened_in_the_future():
    assert not list(verify_streams())
    assert Fact.objects.filter(measure="tasks.stock", n=-1).exists()
    assert list(reversed_objects()) == []
    now = timezone.now()
    assert not Event.objects.filter(Q(happened_at__gt=now) | Q(recorded_at__gt=now)).exists()
    assert not Clock.objects.filter(Q(started_at__gt=now) | Q(stopped_at__gt=now)).exists()
    for resource in (one for one in RESOURCES.values() if one.actions):  # systems have no states
        assert not resource.model._base_manager.filter(state_since__gt=now).exists(), resource.name


def test_every_deadline_is_the_one_that_the_law_counts():
    assert not Clock.objects.filter(Q(due_at__lt=F("started_at")) | Q(breach_at__lt=F("due_at"))).exists()
    work = load_calendar()
    running = Clock.objects.filter(state=Clock.State.RUNNING, due_at__isnull=False).select_related("rule")
    assert len(running) > 100
    assert [(one.rule.code, one.due_at) for one in running if due_of(one, work).due_at != one.due_at] == []


PRINTED = ("title", "addressee", "body", "annexes", "copies", "tables")


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def test_an_issued_letter_holds_no_english():
    """Codes, numbers and ships are Latin in Chinese letters too; lower-case words are untranslated."""
    issued = [paper for paper in Paper.objects.all() if paper.content]  # a draft has none
    assert len(issued) > 5
    for paper in issued:
        printed = " ".join(texts_in([paper.content[name] for name in PRINTED]))
        assert re.findall(r"\b[A-Za-z]?[a-z]{3,}\b", printed) == [], paper


def test_published_matters_keep_their_reference_and_miss_no_period_and_only_invented_ones_are_marked():
    refs = {sample["report"]["source_ref"] for sample in samples().values()}
    assert len(refs) == 31
    assert set(Lead.objects.filter(source_ref__in=refs).values_list("source_ref", flat=True)) == refs
    published = Case.objects.filter(leads__source_ref__in=refs, leads__state=Lead.State.PROMOTED)
    assert published.exists()
    assert not published.filter(is_synthetic=True).exists()
    assert not Case.objects.exclude(pk__in=published.values("pk")).filter(is_synthetic=False).exists()
    assert not Clock.objects.overdue().filter(case__is_synthetic=False).exists()
    assert not Breach.objects.filter(clock__case__is_synthetic=False).exists()


# Systems have no states; circulars and imports are shown in some of theirs.
SHOWN_IN_PART = {"circulars", "imports", "systems"}
SHOWN = [one for one in RESOURCES.values() if one.name not in SHOWN_IN_PART]


@pytest.mark.parametrize("resource", SHOWN, ids=lambda resource: resource.name)
def test_every_state_has_something_to_show(resource):
    shown = set(resource.model.objects.values_list("state", flat=True))
    wanted = {state for workflow in resource.workflows for state in workflow.states.values}
    assert wanted == shown


def test_imports_and_systems_have_something_to_show():
    leads, cases = Import.objects.get(kind="leads"), Import.objects.get(kind="open_cases")
    assert (leads.state, leads.found["taken"]) == ("TAKEN", {"new": 5, "refused": 3})
    assert (cases.state, set(cases.found["checked"])) == ("CHECKED", {"new"})
    assert Confirmation.objects.filter(object_kind="import", object_id=cases.pk, state="REQUESTED").exists()
    gateway = Gateway.objects.get()
    assert gateway.missing == [2]
    for package in gateway.packages.all():
        assert receipt_of(package)
    assert [package.counts for package in gateway.packages.order_by("sequence")] == [
        {"new": 2, "file": 1},
        {"revised": 1, "refused": 1},
    ]
    assert KeyUse.objects.exists()
    webhook = Webhook.objects.get()
    assert Sending.objects.filter(webhook=webhook, state="SENT").exists()
    assert not webhook.is_active, "nothing is called from the demonstration"


def test_every_violation_severity_share_result_and_end_is_shown_by_a_matter():
    assert not ViolationType.objects.filter(cases=None).exists()
    waiting = Lead.objects.to_triage()
    assert set(waiting.values_list("severity", flat=True)) == {"low", "medium", "high", "critical"}
    assert Lead.objects.overdue().exists()
    assert waiting.filter(revision__gt=1).exists()
    assert any(flag["code"] == "checksum" for r in Revision.objects.filter(lead__in=waiting) for flag in r.flags)
    assert set(Share.objects.values_list("profile", flat=True)) == {"lead", "full", "status"}
    assert Share.objects.exclude(until=None).exists()
    assert Share.objects.exclude(ended_at=None).exists()
    assert Referral.objects.filter(state="FILED", proceeding__state="PROSECUTED").exists()
    assert Referral.objects.filter(state="NOT_FILED_FINAL").exists()
    outcomes = set(Proceeding.objects.values_list("outcome", flat=True))
    assert outcomes == {"", *Proceeding.Outcome.values}


def test_missed_conferences_are_notified_decisions_reach_the_agencies_and_reminders_are_seen_as_they_hold():
    assert Breach.objects.exists()
    assert not Delivery.objects.filter(done_at=None).exists()
    assert set(WORKING_AGENCIES) <= set(Notice.objects.values_list("agency__code", flat=True))
    assert sights.differing() == {}


def test_the_defendants_of_shenzhen_are_convicted_as_the_sources_know_them():
    lines = Suspect.objects.filter(party__case__leads__source_ref="SZIPC-2025-12-16-SB")
    data = dict(lines.values_list("party__role", "sentence_months"))
    assert data == {"principal_offender": 144, "accomplice": 60}
    assert set(lines.values_list("state", "verdict")) == {("JUDGED", "guilty")}
    assert "26名" in lines.get(party__role="accomplice").party.name


@pytest.mark.parametrize(
    ("ref", "result", "fine"),
    [
        ("津东丽关缉查字〔2025〕1号", "penalty", 2_000_000),
        ("锡关缉违字〔2026〕1号", "penalty", 1_300_000),
        ("甬梅关缉违字〔2025〕307号", "penalty", None),  # decided; the amount is not in the published text
        ("KBJ7-1", "no_penalty", None),
        ("COURAGE-3345-A", "mitigated", 27_000),
    ],
)
def test_published_decisions_have_their_result_and_fine(ref, result, fine):
    line = Decision.objects.get(proceeding__case__leads__source_ref=ref)
    assert (line.result, line.fine_cny) == (result, fine)


def test_contradicting_sources_are_shown_side_by_side():
    case = Case.objects.get(leads__source_ref="NNG-2025-03-18-BI")
    assert "Sources disagree" in case.summary
    assert Revision.objects.filter(lead__case=case).count() == 2


def test_fines_below_the_statute_have_their_ground_and_no_person_of_an_invented_case_a_number():
    mild = Decision.objects.filter(result__in=["mitigated", "no_penalty"])
    assert mild.filter(result="mitigated").exists()
    assert not mild.filter(ground="").exists()
    invented = Party.objects.filter(case__is_synthetic=True, kind="person")
    assert not invented.exclude(identifiers=None).exists()


def test_a_lead_and_a_case_name_listed_parties():
    assert sum(index_missing())
    actor = actor_for(User.objects.get(username="customs.officer"))
    lead = Lead.objects.visible_to(actor).get(source_ref="SYN-LD-103")
    assert [one.listing.code for one in screen_lead(lead, actor)] == ["EXAMPLE-2"]
    commerce = actor_for(User.objects.get(username="commerce.officer"))
    case = Case.objects.visible_to(commerce).get(title="某甲寅公司与名单实体交易预防案")
    [shown] = screen_case(case, commerce)
    assert shown.listing.code == "EXAMPLE-1"
    assert shown.numbers == [("IMO", "9074729")]


def test_what_each_person_reads_their_agency_may_find():
    list(index_missing())
    kept = {kind.name for kind in SEARCHED.values() if kind.agencies}
    for user in User.objects.all():
        if (actor := actor_for(user)).reads_cases and not actor.is_centre:
            read = set(Entry.objects.filter(kind__in=kept).visible_to(actor).values_list("kind", "thing"))
            named = Entry.objects.fitting(Word(agency_word(actor.own_agency)))
            assert read <= set(named.values_list("kind", "thing")), user.username


def test_every_working_agency_has_something_late_and_today_and_every_demo_role_something_before_it():
    now = timezone.now()
    for code in WORKING_AGENCIES:
        tasks = Task.objects.filter(agency__code=code)
        assert tasks.overdue().exists(), code
        assert tasks.open().filter(due_at__range=(now, now + timedelta(hours=24))).exists(), code
        assert Referral.objects.open().filter(holder__code=code).exists(), code
    for user in User.objects.filter(is_demo=True):
        actor = actor_for(user)
        if actor.is_staff:
            assert Task.objects.visible_to(actor).exists(), user.username
            assert Case.objects.visible_to(actor).exists(), user.username
        elif actor.is_centre:
            assert Case.objects.visible_to(actor).exists(), user.username


def test_the_centre_does_not_see_the_restricted_cases():
    restricted = Case.objects.filter(handling="H3")
    assert restricted.count() >= 2
    supervisor = actor_for(User.objects.get(username="centre.supervisor"))
    assert not restricted.filter(pk__in=Case.objects.visible_to(supervisor)).exists()


def test_the_command_prints_the_accounts_and_their_password(monkeypatch):
    monkeypatch.setattr(demonstrate, "load_history", lambda *, now: 0)  # has a test of its own
    out = StringIO()
    call_command("demonstrate", json=True, stdout=out)
    data = json.loads(out.getvalue())
    assert data["matters"] == 0
    assert "customs.officer" in data["sign_ins"]
    assert data["password"]


def test_production_gets_no_demonstration(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demonstrate", stdout=StringIO())


def test_someone_can_act_on_every_open_object_from_its_page():
    """For each noun and state: a person who sees the object and has an action on it now."""
    actors = [actor_for(user) for user in User.objects.filter(is_active=True).order_by("username")]
    stuck = []
    for name, resource in RESOURCES.items():
        # Entries of watch lists change by imports. A step recorded for an absent agency stays until it signs in.
        if name in ("listings", "recorded-steps"):
            continue
        for workflow in resource.workflows:
            for state in set(workflow.states.values) - workflow.final:
                of_state = resource.model._base_manager.filter(state=state).order_by("pk")
                if name == "clocks":  # those of an absent agency and of the centre end with a step of their object
                    staffed = Agency.objects.filter(signs_in=True).exclude(line=Agency.Line.CENTRE)
                    of_state = of_state.filter(Q(agency__in=staffed) | Q(agency=None, holder__in=staffed))
                things = [one for one in of_state if resource.workflow_of(one) is workflow][:SAMPLE]
                stuck += [(name, state, resource.url(one)) for one in things if not acts_on(resource, one, actors)]
    assert stuck == []


SAMPLE = 3  # objects of each noun and state


def acts_on(resource: Any, thing: Any, actors: list[Any]) -> list[str]:
    """The people who may do something with it now."""
    return [
        actor.name
        for actor in actors
        if resource.permission.allows(actor)
        and resource.workflow_of(thing).open_to(actor, thing)
        and resource.model.objects.visible_to(actor).filter(pk=thing.pk).exists()
    ]


def test_a_draw_of_the_marks_of_all_figures_leads_to_the_rows_that_they_count():
    roll = random.Random(times.today().isoformat())
    for who in ("centre.supervisor", "customs.head"):
        actor = actor_for(User.objects.get(username=who))
        shown = [one for tab in FIGURES_TABS for one in charts(actor, tab, "period=12-months").values()]
        cells = [cell for chart in shown for cell in marks(chart) if cell.url]
        assert len(cells) > 300
        assert wrong(actor, roll.sample(cells, DRAWN)) == [], who


@pytest.mark.parametrize("who", ["customs.officer", "commerce.head", "antismuggling.lead", "centre.coordinator"])
def test_all_pages_of_a_reader_agree_on_what_is_late(who: str) -> None:
    assert list(disagreements(actor_for(User.objects.get(username=who)))) == []
