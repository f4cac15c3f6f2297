"""Second persons over JSON: starting a password, drawing its code, declaring that an agency signs in or no longer
does."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from agencies.confirmations import enrolling
from agencies.confirmations.models import Confirmation
from agencies.idempotency.models import SentRequest
from agencies.organisations.models import Agency

PERSON = "customs.officer"
OWN = "a long one of my own"
BUREAU = "GACC_ASB"


def post(cast: Any, who: str, path: str, given: Any = None, key: str = "") -> Any:
    headers = {"idempotency-key": key} if key else {}
    return cast.browser(who).post(f"/api/v1/{path}", given or {}, content_type="application/json", headers=headers)


def start(cast: Any, who: str = "customs.admin", whose: str = PERSON, **given: Any) -> Any:
    return post(cast, who, f"accounts/{cast.user(whose).pk}/password/", {"reason": "forgot it"}, **given)


def confirmed(cast: Any, **given: Any) -> tuple[Any, Any]:
    started = start(cast, **given).json()
    done = post(cast, "customs.lead", f"confirmations/{started['id']}/confirm/", {"version": started["version"]})
    assert done.status_code == 200, done.content
    return started, done.json()


def declaration(**given: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {"agency": BUREAU, "signs_in": False, "paper": "缉私〔2026〕8号", "starts_on": today} | given


def test_one_starts_a_password_another_draws_the_code_and_the_person_sets_it(cast: Any) -> None:
    started, done = confirmed(cast)
    drawn = post(cast, "customs.lead", f"confirmations/{started['id']}/code/", {"version": done["version"]})
    assert drawn.status_code == 200, drawn.content
    address = urlsplit(started["link"])
    assert address.path == "/enrol/"
    enrolling.finish(parse_qs(address.query)["link"][0], code=drawn.json()["code"], password=OWN, address="")
    assert cast.user(PERSON).check_password(OWN)


def test_the_answer_names_where_the_request_is_read_and_must_not_be_kept(cast: Any) -> None:
    answer = start(cast)
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/api/v1/confirmations/{answer.json()['id']}/")
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert "no-store" in answer["Cache-Control"]
    assert "link" not in cast.browser("customs.admin").get(answer["Location"]).json()


def test_link_and_code_are_shown_once_also_to_a_repeat(cast: Any) -> None:
    first, second = (start(cast, key="link") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json() | {"link": None}
    assert second["Location"] == first["Location"]
    path, version = f"confirmations/{first.json()['id']}", first.json()["version"]
    version = post(cast, "customs.lead", f"{path}/confirm/", {"version": version}).json()["version"]
    drawn, again = (post(cast, "customs.lead", f"{path}/code/", {"version": version}, key="code") for _ in range(2))
    assert drawn.json()["code"]
    assert again.json() == drawn.json() | {"code": None}
    assert again["Idempotency-Replayed"] == "true"
    kept = str(list(SentRequest.objects.values()))
    assert first.json()["link"] not in kept
    assert drawn.json()["code"] not in kept


def test_the_code_asks_which_version_was_read_and_is_shown_once(cast: Any) -> None:
    started, done = confirmed(cast)
    assert start(cast).status_code == 409
    path, client = f"/api/v1/confirmations/{started['id']}/code/", cast.browser("customs.lead")
    client.blind = True
    read = {"version": done["version"]}
    for text, status in (({}, 428), ({"version": started["version"]}, 412), (read, 200), (read, 409)):
        assert client.post(path, text, content_type="application/json").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("customs.admin", 403), ("customs.head", 403), ("commerce.lead", 404), ("auditor", 403)]
)
def test_only_the_person_who_confirmed_draws_the_code(cast: Any, who: str, status: int) -> None:
    started, done = confirmed(cast)
    assert post(cast, who, f"confirmations/{started['id']}/code/", {"version": done["version"]}).status_code == status


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("customs.admin", "customs.head", 403),  # the security administrator's
        ("customs.admin", "commerce.officer", 404),  # another agency's
        ("customs.lead", PERSON, 403),
        (PERSON, PERSON, 403),
    ],
)
def test_the_accounts_that_a_person_resets_are_those_of_the_page(cast: Any, who: str, whose: str, status: int) -> None:
    assert start(cast, who, whose).status_code == status
    assert not Confirmation.objects.exists()


def test_a_password_is_not_started_without_a_reason(cast: Any) -> None:
    answer = post(cast, "customs.admin", f"accounts/{cast.user(PERSON).pk}/password/")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/reason")


def test_an_agency_ceases_to_sign_in_once_a_second_person_confirmed(cast: Any) -> None:
    first, second = (
        post(cast, "antismuggling.admin", "confirmations/sign-in/", declaration(), key="one") for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert second.json() == first.json()
    data = first.json()
    assert (data["kind"], data["agency"], data["paper"]) == ("leave", BUREAU, "缉私〔2026〕8号")
    assert Agency.objects.get(code=BUREAU).signs_in
    assert post(cast, "antismuggling.admin", "confirmations/sign-in/", declaration()).status_code == 409
    path = f"confirmations/{data['id']}/confirm/"
    assert post(cast, "antismuggling.head", path, {"version": data["version"]}).status_code == 200
    assert not Agency.objects.get(code=BUREAU).signs_in
    again = post(cast, "sysadmin", "confirmations/sign-in/", declaration(signs_in=True))
    assert (again.status_code, again.json()["kind"]) == (201, "join")


def test_a_declaration_names_its_paper_its_day_and_an_agency_of_the_caller(cast: Any) -> None:
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for text, pointer in (
        (declaration(paper=" "), "/paper"),
        (declaration(starts_on=yesterday), "/starts_on"),
        (declaration(agency="GACC"), "/agency"),
        (declaration(agency="NOWHERE"), "/agency"),
        (declaration(signs_in=None), "/signs_in"),
    ):
        answer = post(cast, "antismuggling.admin", "confirmations/sign-in/", text)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert post(cast, "antismuggling.admin", "confirmations/sign-in/", declaration(signs_in=True)).status_code == 409
    for who in ("secadmin", "antismuggling.head", "centre.coordinator"):
        assert post(cast, who, "confirmations/sign-in/", {}).status_code == 403, who
    assert not Confirmation.objects.exists()


# Rights ---------------------------------------------------------------------------------------------------------------
LEAD = {"operation": "grant_role", "role": "lead", "unit": "GACC_RISK", "reason": "a new post"}


def rights(cast: Any, who: str = "customs.admin", whose: str = PERSON, **given: Any) -> Any:
    key = given.pop("key", "")
    return post(cast, who, f"accounts/{cast.user(whose).pk}/rights/", {**LEAD, **given}, key)


def held_now(cast: Any, whose: str = PERSON) -> list[Any]:
    answer = cast.browser("customs.admin").get(f"/api/v1/accounts/{cast.user(whose).pk}/rights/")
    return list(answer.json()["rights"])


def test_a_role_is_requested_and_another_person_confirms_it(cast: Any) -> None:
    made = rights(cast)
    assert made.status_code == 201, made.content
    asked = made.json()
    assert [one["name"] for one in asked["rights_before"]] == ["officer"]
    assert [one["name"] for one in asked["rights_after"]] == ["officer", "lead"]
    path = f"confirmations/{asked['id']}/confirm/"
    for who in ("customs.admin", "customs.lead", "secadmin", "sysadmin"):
        assert post(cast, who, path, {"version": asked["version"]}).status_code in (403, 404), who
    assert [one["name"] for one in held_now(cast)] == ["officer"]
    done = post(cast, "customs.head", path, {"version": asked["version"]})
    assert (done.status_code, done.json()["state"]) == (200, "COMPLETED")
    assert [one["name"] for one in held_now(cast)] == ["officer", "lead"]
    lead = held_now(cast)[1]["id"]
    ended = post(cast, "customs.admin", f"accounts/{cast.user(PERSON).pk}/rights/", {
        "operation": "end_role", "held": lead, "reason": "x",
    })  # fmt: skip
    assert [one["name"] for one in ended.json()["rights_after"]] == ["officer"]


def test_the_same_request_of_rights_is_made_once(cast: Any) -> None:
    first, again = (rights(cast, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert rights(cast).status_code == 409


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"role": "secadmin"}, ["/role"]),
        ({"unit": "MOFCOM_SCB"}, ["/unit"]),
        ({"until": "2020-01-01"}, ["/until"]),
        ({"post": "main"}, ["/post"]),
        ({"operation": "end_role"}, ["/role", "/unit", "/held"]),
        ({"reason": ""}, ["/reason"]),
        ({"operation": "appoint"}, ["/operation"]),
    ],
)
def test_a_wrong_request_of_rights_names_each_field(cast: Any, given: Any, fields: list[str]) -> None:
    answer = rights(cast, **given)
    assert answer.status_code == 400
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == sorted(fields)


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("customs.admin", "commerce.officer", 404),
        ("customs.head", PERSON, 403),
        ("auditor", PERSON, 403),
        ("sysadmin", PERSON, 403),
        ("customs.admin", "customs.admin", 403),
    ],
)
def test_rights_are_requested_by_those_of_the_page(cast: Any, who: str, whose: str, status: int) -> None:
    assert rights(cast, who, whose).status_code == status
