"""Guessing is delayed per account, per address and per pair. No account is locked, and an administrator ends delays."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from agencies.journal.models import SYSTEM_STREAM, Event, Stream
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import TooMany
from agencies.machines.actions import create_key
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people import throttle
from agencies.people.models import FailedAttempts
from tests.stories import PASSWORD

NINE = datetime(2026, 11, 27, 1, tzinfo=UTC)
HERE, ELSEWHERE = "10.1.1.1", "10.9.9.9"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


def sign_in(username, password="wrong", *, address=HERE, client=None, **headers):
    client = client or Client(headers={"accept-language": "en"})
    data = {"username": username, "password": password}
    return client.post("/login/", data, REMOTE_ADDR=address, headers=headers)


def statuses(attempts):
    return [answer.status_code for answer in attempts]


def event_data(verb):
    events = Event.objects.of_stream(Stream.Kind.SYSTEM, SYSTEM_STREAM)
    return [event.note.data for event in events.filter(verb=verb).select_related("note").order_by("seq")]


def test_the_answer_says_when_to_try_again(cast):
    cast.user("customs.officer")
    answers = [sign_in("customs.officer") for _n in range(6)]
    assert statuses(answers) == [200] * 4 + [429] * 2
    assert answers[-1]["Retry-After"] == "30"
    assert "Try again in 30 seconds, after 09:00:30." in answers[-1].content.decode()


def test_delays_grow_up_to_a_limit(cast, clock):
    waits = []
    for _n in range(14):
        waits.append(int(sign_in("customs.officer").get("Retry-After", "0")))
        clock.shift(timedelta(seconds=waits[-1]))
    assert waits == [0] * 4 + [30, 60, 120, 240, 480] + [900] * 5


@pytest.mark.slow
def test_many_addresses_do_not_give_many_guesses_at_one_account(cast):
    """Without the limit, 24 guesses from 6 addresses were all answered."""
    answers = [sign_in("customs.officer", address=f"10.1.{n % 6}.1") for n in range(24)]
    assert statuses(answers).count(200) == 9
    assert answers[-1].status_code == 429
    assert event_data("sign_in_locked")[-1] == {"counts": ["account"], "address": "10.1.3.1"}


@pytest.mark.slow
def test_many_accounts_do_not_give_many_guesses_to_one_address(cast):
    """Without the limit, 36 guesses at 12 accounts from one address were all answered."""
    answers = [sign_in(f"officer.{n % 12}") for n in range(36)]
    assert statuses(answers).count(200) == 19
    assert event_data("sign_in_locked") == [{"counts": ["address"], "address": HERE}]


@pytest.mark.slow
def test_an_address_is_never_locked_and_waits_seconds_only(cast, clock):
    cast.user("customs.officer")
    for n in range(200):
        sign_in(f"officer.{n}")
        clock.shift(timedelta(seconds=1))
    wait = int(sign_in("commerce.officer")["Retry-After"])
    assert wait <= 10
    clock.shift(timedelta(seconds=wait))
    assert sign_in("customs.officer", PASSWORD).status_code == 302


@pytest.mark.slow
def test_a_browser_that_knows_the_account_is_delayed_by_no_one_elses_guesses(cast):
    cast.user("customs.officer")
    own = Client(headers={"accept-language": "en"})
    assert sign_in("customs.officer", PASSWORD, client=own, address=HERE).status_code == 302
    own.post("/logout/")
    for n in range(40):
        sign_in("customs.officer", address=HERE if n % 2 else f"10.2.{n}.1")
    assert sign_in("customs.officer", PASSWORD, address="10.3.3.3").status_code == 429
    assert sign_in("customs.officer", PASSWORD, client=own, address=HERE).status_code == 302


@pytest.mark.slow
def test_a_device_cookie_opens_no_other_account_and_counts_for_itself(cast):
    cast.user("customs.officer")
    own = Client()
    sign_in("customs.officer", PASSWORD, client=own)
    own.post("/logout/")
    answers = [sign_in("customs.officer", client=own, address=f"10.4.{n}.1") for n in range(6)]
    assert statuses(answers) == [200] * 4 + [429] * 2
    for n in range(10):
        sign_in("commerce.officer", address=f"10.5.{n}.1")
    assert sign_in("commerce.officer", client=own).status_code == 429
    own.cookies["device"] = own.cookies["device"].value + "x"
    assert throttle.device_of(RequestFactory().get("/"), "customs.officer") == ""


@pytest.mark.slow
def test_elsewhere_the_person_waits_a_minute_at_most(cast, clock):
    cast.user("customs.officer")
    for n in range(100):
        sign_in("customs.officer", address=f"10.{n}.1.1")
        clock.shift(timedelta(seconds=61))
    sign_in("customs.officer", address="10.101.1.1")
    wait = int(sign_in("customs.officer", PASSWORD, address=ELSEWHERE)["Retry-After"])
    assert wait <= 60
    clock.shift(timedelta(seconds=wait))
    assert sign_in("customs.officer", PASSWORD, address=ELSEWHERE).status_code == 302


def test_a_success_ends_the_persons_own_count_and_no_shared_one(cast):
    cast.user("customs.officer")
    for _n in range(2):
        assert statuses(sign_in("customs.officer") for _m in range(4)) == [200] * 4
        assert sign_in("customs.officer", PASSWORD).status_code == 302
    assert sorted(FailedAttempts.objects.values_list("failures", flat=True)) == [8, 8]
    assert statuses(sign_in("customs.officer") for _m in range(2)) == [200, 429]


def test_attempts_at_the_same_moment_are_counted_before_one_is_answered(db):
    request = RequestFactory().post("/login/", REMOTE_ADDR=HERE)
    counts = throttle.counts_of_sign_in(request, "customs.officer")
    begun = [throttle.begin(counts) for _n in range(5)]
    with pytest.raises(TooMany):
        throttle.begin(counts)
    begun[0].succeed()
    throttle.begin(counts)


def test_failures_are_forgotten_after_a_while(cast, clock):
    for _n in range(4):
        sign_in("customs.officer")
    clock.shift(timedelta(hours=1, seconds=1))
    assert statuses(sign_in("customs.officer") for _n in range(5)) == [200] * 4 + [429]
    clock.shift(timedelta(days=3))
    sign_in("commerce.officer")
    assert FailedAttempts.objects.count() == 3


def test_the_table_stores_neither_typed_names_nor_addresses(cast):
    sign_in("my password by mistake")
    rows = [value for row in FailedAttempts.objects.values_list("key", "about") for value in row]
    assert all(value == "" or len(value) == 64 for value in rows)


def test_names_that_look_alike_and_hosts_of_one_network_count_together(db):
    request = RequestFactory().post("/login/", REMOTE_ADDR="2001:db8:1:2:3::4")
    other = RequestFactory().post("/login/", REMOTE_ADDR="2001:db8:1:2:ffff::9")
    first = throttle.counts_of_sign_in(request, "Customs.Officer")
    second = throttle.counts_of_sign_in(other, "ｃustoms.officer")
    assert [one.key for one in first] == [one.key for one in second]


def test_no_cache_is_needed(cast, monkeypatch):
    """Losing Redis does not lift a delay."""
    monkeypatch.setattr(cache, "get", lambda *args, **kwargs: 1 / 0)
    monkeypatch.setattr(cache, "set", lambda *args, **kwargs: 1 / 0)
    assert statuses(sign_in("customs.officer") for _n in range(5))[-1] == 429


# Other secrets ------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_present_password_is_not_guessed_in_a_session(cast):
    """Without the limit, 12 wrong passwords in a session were all answered."""
    browser = cast.browser("customs.officer")
    wrong = {"old_password": "wrong", "new_password1": "a long one of my own", "new_password2": "a long one of my own"}
    answers = [browser.post(reverse("password_change"), wrong) for _n in range(12)]
    assert statuses(answers) == [200] * 4 + [429] * 8
    assert answers[-1]["Retry-After"] == "30"
    assert event_data("sign_in_locked") == [{"counts": ["change"], "address": "127.0.0.1"}]
    right = browser.post(reverse("password_change"), wrong | {"old_password": PASSWORD})
    assert right.status_code == 429


@pytest.mark.slow
def test_a_right_password_with_a_bad_new_one_is_no_guess(cast):
    browser = cast.browser("customs.officer")
    bad = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert statuses(browser.post(reverse("password_change"), bad) for _n in range(12)) == [200] * 12
    assert not FailedAttempts.objects.exists()


@pytest.mark.slow
def test_wrong_keys_from_one_address_are_slowed_down_and_right_ones_are_not(cast, machine_key):
    """Without the limit, 60 wrong keys were all answered."""
    client = Client()

    def ask(key):
        return client.get("/api/v1/leads/", headers={"authorization": f"Bearer {key}"})

    answers = [ask(f"{n:012x}.wrong") for n in range(60)]
    assert statuses(answers) == [401] * 19 + [429] * 41
    assert answers[-1]["Retry-After"] == "1"
    assert answers[-1].json()["type"].endswith("#problem-too_many")
    assert event_data("wrong_keys") == [{"counts": ["key"], "address": "127.0.0.1"}]
    assert ask(machine_key).status_code not in (401, 429)


@pytest.fixture
def machine_key(cast):
    return create_key("sender", Agency.objects.get(code="GACC"), [ApiKey.Scope.LEADS_WRITE], actor=SYSTEM).text


# Administrators -------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_an_administrator_and_no_other_role_sees_a_delay_and_ends_it(cast):
    person = cast.user("customs.officer")
    for _n in range(5):
        sign_in("customs.officer")
    for who in ("secadmin", "auditor", "customs.officer"):
        assert cast.browser(who).post(reverse("account_delays", args=[person.pk])).status_code == 403
    admin = cast.browser("customs.admin")
    page = admin.get(reverse("account", args=[person.pk])).content.decode()
    assert "after too many wrong passwords, until 09:00:30" in page
    assert admin.post(reverse("account_delays", args=[person.pk])).status_code == 302
    assert sign_in("customs.officer", PASSWORD).status_code == 302
    assert Event.objects.get(verb="end_delays").object_id == person.pk
    page = admin.get(reverse("account", args=[person.pk])).content.decode()
    assert "End the sign-in delay" not in page
    assert admin.post(reverse("account_delays", args=[person.pk])).status_code == 409
