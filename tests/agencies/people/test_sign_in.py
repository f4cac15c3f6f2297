"""Signing in, being locked out, being cut off, and replacing a temporary password."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.journal.models import SYSTEM_STREAM, Event, Stream
from agencies.people import actions
from agencies.people.actions import NOBODY
from tests.stories import PASSWORD

LOGIN = "/login/"


def browser(**headers: str) -> Client:
    return Client(headers={"accept-language": "en", **headers})


def sign_in(client: Client, username: str = "customs.officer", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"username": username, "password": password})


def told() -> list[tuple[str, str, Any]]:
    events = Event.objects.of_stream(Stream.Kind.SYSTEM, SYSTEM_STREAM).order_by("seq")
    return [(event.verb, event.actor_kind, event.object_id) for event in events]


def test_who_is_not_signed_in_is_led_to_the_sign_in_page(db: None) -> None:
    response = browser().get("/")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/")
    assert browser().get(LOGIN).status_code == 200


def test_signing_in_leads_on_and_is_told_without_the_password(cast: Any) -> None:
    response = sign_in(browser())
    assert (response.status_code, response["Location"]) == (302, "/")
    assert told() == [("sign_in", "user", cast.user("customs.officer").pk)]
    assert PASSWORD not in Event.objects.latest("id").body


def test_the_first_sign_in_speaks_the_persons_language_unless_one_was_chosen(cast: Any) -> None:
    assert sign_in(browser()).cookies["language"].value == "zh-hans"
    chosen = browser()
    chosen.cookies["language"] = "en"
    assert "language" not in sign_in(chosen).cookies


def test_one_answer_for_wrong_password_unknown_name_and_disabled_account(cast: Any) -> None:
    cast.user("commerce.officer")
    person = cast.user("police.officer")
    person.is_active = False
    person.save()

    def answer(username: str, password: str) -> str:
        page = sign_in(browser(), username, password)
        assert page.status_code == 200
        return " ".join(page.context["form"].non_field_errors())

    wrong = answer("commerce.officer", "wrong")
    assert wrong
    assert answer("nobody.at.all", PASSWORD) == wrong
    assert answer("police.officer", PASSWORD) == wrong


def test_failed_attempts_name_no_one_who_does_not_exist(cast: Any) -> None:
    sign_in(browser(), "customs.officer", "wrong")
    sign_in(browser(), "my password by mistake", "wrong")
    assert told() == [
        ("sign_in_failed", "anonymous", cast.user("customs.officer").pk),
        ("sign_in_failed", "anonymous", NOBODY),
    ]
    assert "mistake" not in Event.objects.latest("id").body


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(cast: Any) -> None:
    client = browser()
    answers = [sign_in(client, password="wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert told()[-1][0] == "sign_in_locked"
    assert sign_in(client, "commerce.officer").status_code == 302


def test_signing_out_is_a_post_and_leads_to_the_sign_in_page(cast: Any) -> None:
    client = cast.browser("customs.officer")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout"))["Location"] == LOGIN
    assert client.get("/").status_code == 302


def test_a_disabled_person_is_signed_out_at_the_next_request(cast: Any) -> None:
    client = cast.browser("customs.officer")
    assert client.get("/").status_code == 200
    actions.switch_person(cast.user("customs.officer"), actor=cast["customs.admin"], active=False, reason="left")
    assert client.get("/")["Location"] == "/login/?next=/"


def test_a_reset_password_ends_the_sessions_of_the_old_one(cast: Any) -> None:
    client = cast.browser("customs.officer")
    actions.reset_password(cast.user("customs.officer"), actor=cast["customs.admin"])
    assert client.get("/")["Location"] == "/login/?next=/"


@pytest.fixture
def newcomer(cast: Any) -> tuple[Client, str]:
    issued = actions.reset_password(cast.user("customs.officer"), actor=cast["customs.admin"])
    client = browser()
    sign_in(client, password=issued.password)
    return client, issued.password


def test_a_temporary_password_opens_nothing_but_its_own_replacement(newcomer: tuple[Client, str]) -> None:
    client, _ = newcomer
    for path in ["/", "/cases/", "/leads/", "/accounts/"]:
        assert client.get(path)["Location"] == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200


def test_a_temporary_password_opens_no_door_of_the_api_either(newcomer: tuple[Client, str]) -> None:
    client, _ = newcomer
    assert client.get("/api/v1/cases/").status_code == 403


def change(client: Client, old: str, new: str) -> Any:
    return client.post(reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new})


def test_the_temporary_password_may_not_be_chosen_again(newcomer: tuple[Client, str]) -> None:
    client, password = newcomer
    page = change(client, password, password)
    assert page.context["form"].has_error("new_password1", "same")


def test_ones_own_password_opens_the_work(newcomer: tuple[Client, str], cast: Any) -> None:
    client, password = newcomer
    assert change(client, password, "a long one of my own").status_code == 302
    assert client.get("/").status_code == 200
    assert cast.user("customs.officer").check_password("a long one of my own")
    assert Event.objects.latest("id").verb == "change_password"
