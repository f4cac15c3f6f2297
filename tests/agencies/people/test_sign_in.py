"""Sign-in, delays, disabled accounts, and changing the password."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.journal.models import SYSTEM_STREAM, Event, Stream
from agencies.people import actions
from agencies.people.actions import NO_ACCOUNT
from tests.stories import PASSWORD

LOGIN = "/login/"


def browser(**headers: str) -> Client:
    return Client(headers={"accept-language": "en", **headers})


def sign_in(client: Client, username: str = "customs.officer", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"username": username, "password": password})


def recorded() -> list[tuple[str, str, Any]]:
    events = Event.objects.of_stream(Stream.Kind.SYSTEM, SYSTEM_STREAM).order_by("seq")
    return [(event.verb, event.actor_kind, event.object_id) for event in events]


def test_an_anonymous_person_is_sent_to_the_sign_in_page(db: None) -> None:
    response = browser().get("/")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/")
    assert browser().get(LOGIN).status_code == 200


def test_signing_in_continues_to_the_page_and_is_recorded_without_the_password(cast: Any) -> None:
    response = sign_in(browser())
    assert (response.status_code, response["Location"]) == (302, "/")
    assert recorded() == [("sign_in", "user", cast.user("customs.officer").pk)]
    assert PASSWORD not in Event.objects.latest("id").body


def page_language(client: Client, accepts: str) -> str:
    """Returns the language of the home page for a browser that accepts these languages."""
    shown = client.get("/", headers={"accept-language": accepts}).content.decode()
    return shown.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("accepts", "language"), [("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9", "zh-hans"), ("fr-FR", "zh-hans")]
)
def test_pages_use_the_browsers_language_until_a_person_chooses(cast: Any, accepts: str, language: str) -> None:
    client = browser()
    assert "language" not in sign_in(client).cookies
    assert page_language(client, accepts) == language


@pytest.mark.slow
def test_a_language_chosen_before_sign_in_is_of_this_browser_and_one_chosen_later_of_the_person(cast: Any) -> None:
    client = browser()
    client.post("/language/", {"language": "en", "next": "/"})
    sign_in(client)
    assert (page_language(client, "zh-CN"), cast.user("customs.officer").language) == ("en", "")
    client = browser()
    sign_in(client)
    client.post("/language/", {"language": "en", "next": "/"})
    assert (page_language(client, "zh-CN"), cast.user("customs.officer").language) == ("en", "en")
    another = browser()
    another.cookies["language"] = "zh-hans"
    sign_in(another)
    assert page_language(another, "zh-CN") == "en"


@pytest.mark.parametrize("language", ["fr", "", "en; DROP"])
def test_an_unsupported_language_cannot_be_chosen(cast: Any, language: str) -> None:
    client = browser()
    sign_in(client)
    client.post("/language/", {"language": language, "next": "/"})
    assert cast.user("customs.officer").language == ""


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


def test_failed_attempts_record_no_unknown_names(cast: Any) -> None:
    sign_in(browser(), "customs.officer", "wrong")
    sign_in(browser(), "my password by mistake", "wrong")
    assert recorded() == [
        ("sign_in_failed", "anonymous", cast.user("customs.officer").pk),
        ("sign_in_failed", "anonymous", NO_ACCOUNT),
    ]
    assert "mistake" not in Event.objects.latest("id").body


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(cast: Any) -> None:
    client = browser()
    answers = [sign_in(client, password="wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert recorded()[-1][0] == "sign_in_locked"
    cast.user("commerce.officer")
    assert sign_in(client, "commerce.officer").status_code == 302


def test_signing_out_is_a_post_and_redirects_to_the_sign_in_page(cast: Any) -> None:
    client = cast.browser("customs.officer")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout"))["Location"] == LOGIN
    assert client.get("/").status_code == 302


def test_a_disabled_person_is_signed_out_at_the_next_request(cast: Any) -> None:
    client = cast.browser("customs.officer")
    assert client.get("/").status_code == 200
    actions.switch_person(cast.user("customs.officer"), actor=cast["customs.admin"], active=False, reason="left")
    assert client.get("/")["Location"] == "/login/?next=/"


def change(client: Client, old: str, new: str) -> Any:
    return client.post(reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new})


def test_people_change_their_own_password_to_another_and_stay_signed_in(cast: Any) -> None:
    page = change(cast.browser("customs.officer"), PASSWORD, PASSWORD)
    assert page.context["form"].has_error("new_password1", "same")
    client = cast.browser("customs.officer")
    assert change(client, PASSWORD, "a long one of my own").status_code == 302
    assert client.get("/").status_code == 200
    assert cast.user("customs.officer").check_password("a long one of my own")
    assert Event.objects.latest("id").verb == "change_password"
