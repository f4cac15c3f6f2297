"""Keys of systems: one administrator requests, another confirms, and only the first one sees the secret, once."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from agencies.confirmations.keys import change_limits, request_key, take_key
from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event, EventNote
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.machines.actions import create_key, find_key, revoke_key
from agencies.machines.limits import KeyLimits, end_of, latest_last_day
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import Membership
from agencies.people.sight import actor_for
from coordination.actions.performing import perform
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem

KEY = re.compile(r"Bearer ([0-9a-f]{12}\.[A-Za-z0-9_-]{43})")
ANSWERS = {
    "name": "Risk engine",
    "scope": ["leads:write", "leads:read"],
    "source": "RISK",
    "networks": "10.20.0.0/16\n2001:db8::/48",
    "last_day": "",
    "reason": "The risk engine goes live.",
}


def answers(**changed: Any) -> dict[str, Any]:
    return {**ANSWERS, "last_day": latest_last_day().isoformat(), **changed}


def customs() -> Agency:
    return Agency.objects.get(code="GACC")


def asked(cast: Any, who: str = "customs.admin", **changed: Any) -> Confirmation:
    assert cast.browser(who).post(reverse("key_new"), answers(**changed)).status_code == 302
    return Confirmation.objects.filter(kind="key").latest("created_at")


def confirm(cast: Any, found: Confirmation, who: str = "secadmin") -> Confirmation:
    again = Confirmation.objects.get(pk=found.pk)
    perform(RESOURCES["confirmations"], actor_for(cast.user(who)), again, "confirm", {}, strict=True)
    found.refresh_from_db()
    return found


def second_administrator(cast: Any) -> str:
    held = Membership.objects.get(user__username="customs.admin", role="agency_admin")
    Membership.objects.create(
        user=cast.user("customs.legal"), role="agency_admin", unit=held.unit, effective_at=held.effective_at
    )
    return "customs.legal"


def test_the_administrator_requests_the_security_administrator_confirms_and_the_key_is_shown_once(cast: Any) -> None:
    found = asked(cast)
    browser = cast.browser("customs.admin")
    take = reverse("key_take", args=[found.pk])
    assert browser.post(take).status_code == 409  # not confirmed yet
    seen = cast.browser("secadmin").get(reverse("confirmation", args=[found.pk])).text
    for words in ("Risk engine", "leads:write", "RISK", "10.20.0.0/16", "The risk engine goes live."):
        assert words in seen
    confirm(cast, found)
    assert not ApiKey.objects.exists()  # the secret does not exist before it is taken
    assert cast.browser("secadmin").post(take).status_code == 403
    assert "Take the key" not in cast.browser("secadmin").get(reverse("confirmation", args=[found.pk])).text
    assert "Take the key" in browser.get(reverse("confirmation", args=[found.pk])).text
    page = browser.post(take)
    assert "no-store" in page["Cache-Control"]
    shown = KEY.search(page.text)
    assert shown
    key = find_key(shown[1])
    assert key is not None
    assert (key.client.name, key.client.agency, key.client.sources) == ("Risk engine", customs(), ["RISK"])
    assert (key.scopes, key.networks) == ("leads:read leads:write", ["10.20.0.0/16", "2001:db8::/48"])
    assert key.expires_at == end_of(latest_last_day())
    found.refresh_from_db()
    assert found.state == "COMPLETED"
    assert browser.post(take).status_code == 409  # once
    assert ApiKey.objects.count() == 1
    secret = shown[1].partition(".")[2]
    stored = json.dumps(
        [*Event.objects.values(), *EventNote.objects.values(), *Confirmation.objects.values()], default=str
    )
    assert secret not in stored
    for who in ("customs.admin", "secadmin"):
        assert secret not in cast.browser(who).get(reverse("machine_key", args=[key.client_id, key.pk])).text


def test_another_administrator_of_the_agency_confirms_and_the_requester_is_told(cast: Any) -> None:
    colleague = second_administrator(cast)
    found = asked(cast)
    drain()
    notified = InboxItem.objects.filter(about_id=found.pk)
    assert set(notified.values_list("person__username", flat=True)) == {colleague, "secadmin"}
    confirm(cast, found, colleague)
    drain()
    assert notified.filter(person__username="customs.admin").exists()
    assert "Risk engine" not in cast.browser(colleague).get(reverse("machines")).text
    take_key(found, actor=cast["customs.admin"])
    assert "Risk engine" in cast.browser(colleague).get(reverse("machines")).text


@pytest.mark.parametrize(
    "who", ["customs.admin", "customs.lead", "customs.head", "police.admin", "sysadmin", "auditor"]
)
def test_neither_the_requester_nor_anybody_else_confirms(cast: Any, who: str) -> None:
    found = asked(cast)
    with pytest.raises(Forbidden):
        confirm(cast, found, who)
    if who != "customs.admin":
        assert cast.browser(who).get(reverse("confirmation", args=[found.pk])).status_code == 404


@pytest.mark.parametrize("who", ["customs.lead", "customs.head", "customs.officer", "secadmin", "sysadmin", "auditor"])
def test_only_the_administrator_of_the_agency_requests(cast: Any, who: str) -> None:
    assert cast.browser(who).post(reverse("key_new"), answers()).status_code == 403
    with pytest.raises(Forbidden):
        request_key(customs(), "x", {"scopes": ["leads:write"]}, actor=cast[who], reason="x")
    with pytest.raises(Forbidden):
        create_key("x", customs(), ["leads:write"], actor=cast[who])
    assert not Confirmation.objects.filter(kind="key").exists()


def test_nobody_requests_a_key_for_another_agency(cast: Any) -> None:
    with pytest.raises(Forbidden):
        request_key(customs(), "x", {"scopes": ["leads:write"]}, actor=cast["police.admin"], reason="x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("scope", []), ("scope", ["everything"]), ("networks", "10.0.0.1/8"), ("networks", "home"), ("reason", "")),
        *(("source", "GACC"), ("source", "Sandbox"), ("source", "x" * 61), ("last_day", ""), ("name", "")),
        *(
            ("last_day", "2020-01-01"),
            ("last_day", "2099-01-01"),
            ("networks", "\n".join(f"10.0.{n}.0/24" for n in range(51))),
        ),
    ],
)
def test_a_wrong_answer_is_named_with_its_field(cast: Any, field: str, value: Any) -> None:
    page = cast.browser("customs.admin").post(reverse("key_new"), answers(**{field: value}))
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert not Confirmation.objects.filter(kind="key").exists()


def test_a_system_has_two_valid_keys_at_most(cast: Any) -> None:
    first = create_key("Risk engine", customs(), ["leads:write"], actor=SYSTEM, sources=["RISK"])
    page = cast.browser("customs.admin").get(f"{reverse('key_new')}?like={first.key.prefix}")
    assert 'value="Risk engine"' in page.text
    assert "<code>leads:write</code>" in page.text  # as refusals name it
    second = take_key(confirm(cast, asked(cast)), actor=cast["customs.admin"])
    assert find_key(first.text)
    assert find_key(second.text)
    refused = cast.browser("customs.admin").post(reverse("key_new"), answers())
    assert refused.status_code == 400
    assert "two valid keys" in refused.text
    revoke_key(first.key, actor=cast["customs.admin"], reason="Changed over.")
    waiting = confirm(cast, asked(cast))
    create_key("Risk engine", customs(), ["leads:write"], actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        take_key(waiting, actor=cast["customs.admin"])


def limits_of(key: ApiKey, **changed: Any) -> KeyLimits:
    found = KeyLimits.of(key)
    data = {name: getattr(found, name) for name in ("scopes", "sources", "networks", "expires_at", "is_test")}
    return KeyLimits(**{**data, **changed})


def test_narrower_limits_take_effect_at_once_and_wider_ones_with_a_second_person(cast: Any) -> None:
    issued = create_key(
        "Risk engine", customs(), ["leads:write", "leads:read"], actor=SYSTEM, sources=["RISK"], networks=["10.0.0.0/8"]
    )
    browser, key = cast.browser("customs.admin"), issued.key
    page = reverse("key_limits", args=[key.client_id, key.pk])
    narrower = answers(scope=["leads:write"], networks="10.20.0.0/16", reason="It only sends.")
    assert browser.post(page, narrower).status_code == 302
    key.refresh_from_db()
    assert (key.scopes, key.networks) == ("leads:write", ["10.20.0.0/16"])
    wider = answers(scope=["leads:write"], networks="10.20.0.0/16\n192.0.2.7", reason="A second site.")
    assert browser.post(page, wider).status_code == 302
    key.refresh_from_db()
    assert key.networks == ["10.20.0.0/16"]
    found = Confirmation.objects.get(kind="key", verb="widen_key")
    assert "192.0.2.7/32" in cast.browser("secadmin").get(reverse("confirmation", args=[found.pk])).text
    with pytest.raises(Forbidden):
        take_key(found, actor=cast["customs.admin"])
    confirm(cast, found)
    key.refresh_from_db()
    assert (found.state, key.networks) == ("COMPLETED", ["10.20.0.0/16", "192.0.2.7/32"])


def test_wider_limits_are_confirmed_only_of_the_limits_that_the_second_person_read(cast: Any) -> None:
    key = create_key("Risk engine", customs(), ["leads:write"], actor=SYSTEM, sources=["RISK"]).key
    actor = cast["customs.admin"]
    wider = limits_of(key, scopes=frozenset({"leads:write", "screening:check"}))
    [found] = change_limits(key, wider, actor=actor, reason="More.")
    assert change_limits(key, limits_of(key, networks=("10.0.0.0/8",)), actor=actor, reason="Less.") == []
    with pytest.raises(TransitionRefused, match="changed meanwhile"):
        confirm(cast, found)
    key.refresh_from_db()
    assert key.scopes == "leads:write"


def test_who_is_no_administrator_any_more_gets_nothing_confirmed(cast: Any) -> None:
    found = asked(cast)
    Membership.objects.filter(user__username="customs.admin").delete()
    with pytest.raises(TransitionRefused, match="may no longer"):
        confirm(cast, found)


def test_without_another_administrator_there_is_no_request(cast: Any) -> None:
    Membership.objects.filter(role="secadmin").delete()
    page = cast.browser("customs.admin").post(reverse("key_new"), answers())
    assert page.status_code == 400
    assert "No person could confirm this" in page.text


def test_the_same_request_is_made_once(cast: Any) -> None:
    asked(cast)
    assert cast.browser("customs.admin").post(reverse("key_new"), answers(reason="Again.")).status_code == 400


def test_a_request_for_a_test_key_says_so_and_refuses_what_a_test_may_not(cast: Any) -> None:
    page = cast.browser("customs.admin").post(reverse("key_new"), answers(is_test="on", scope=["stops:pull"]))
    assert list(page.context["form"].errors) == ["scope"]
    found = asked(cast, is_test="on")
    assert (
        "nothing that it sends is stored" in cast.browser("secadmin").get(reverse("confirmation", args=[found.pk])).text
    )
    key = take_key(confirm(cast, found), actor=cast["customs.admin"]).key
    assert (key.is_test, key.sources) == (True, ["sandbox"])


def test_an_old_key_without_an_end_works_and_its_page_says_so(cast: Any) -> None:
    issued = create_key("Risk engine", customs(), ["leads:write"], actor=SYSTEM)
    ApiKey.objects.update(expires_at=None)
    assert find_key(issued.text)
    page = cast.browser("customs.admin").get(reverse("machine_key", args=[issued.key.client_id, issued.key.pk])).text
    assert "no end date" in page
    assert "set a last day" in page
    key = ApiKey.objects.get()
    assert (
        change_limits(key, limits_of(key, expires_at=end_of(times.today())), actor=cast["customs.admin"], reason="x")
        == []
    )


@pytest.mark.parametrize("unknown", [{"scopes": ["x"]}, {"scopes": ["leads:write"], "sources": ["MPS"]}])
def test_an_impossible_key_is_not_even_requested(cast: Any, unknown: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        request_key(customs(), "x", unknown, actor=cast["customs.admin"], reason="x")
    assert not ApiClient.objects.exists()
