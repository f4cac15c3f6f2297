"""The page of machines: keys are shown by prefix and revoked by the security administrator."""

from typing import Any

from django.urls import reverse

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key, find_key
from agencies.organisations.models import Agency
from tests.costs import costs_no_more

PAGE = "/machines/"


def key(agency: str = "GACC", name: str = "Risk engine") -> Any:
    return create_key(name, Agency.objects.get(code=agency), ["leads:write"], actor=SYSTEM)


def test_the_security_administrator_revokes_a_key_once(cast: Any) -> None:
    issued, client = key(), cast.browser("secadmin")
    url = reverse("machine_key_revoke", args=[issued.key.client_id, issued.key.pk])
    assert client.post(url, {"reason": " "}).status_code == 400
    assert find_key(issued.text)
    assert client.post(url, {"reason": "The laptop was stolen."}).status_code == 302
    assert find_key(issued.text) is None
    assert client.post(url, {"reason": "Again."}).status_code == 400
    assert client.get(PAGE).content.decode().count("Revoked<") == 1
    assert "The laptop was stolen." in client.get(reverse("machine", args=[issued.key.client_id])).text


def test_an_agency_administrator_reads_and_revokes_the_keys_of_their_agency_alone(cast: Any) -> None:
    own, foreign, client = key(), key("MOFCOM_SCB", "Licence register"), cast.browser("customs.admin")
    page = client.get(PAGE).content.decode()
    assert own.key.prefix in page
    assert foreign.key.prefix not in page
    for name in ("machine_key", "machine_key_revoke", "key_limits"):
        assert client.get(reverse(name, args=[own.key.client_id, own.key.pk])).status_code == 200
        assert client.get(reverse(name, args=[foreign.key.client_id, foreign.key.pk])).status_code == 404
        assert client.get(reverse(name, args=[own.key.client_id, foreign.key.pk])).status_code == 404
    reason = {"reason": "Replaced."}
    assert client.post(reverse("machine_key_revoke", args=[own.key.client_id, own.key.pk]), reason).status_code == 302
    foreign_url = reverse("machine_key_revoke", args=[foreign.key.client_id, foreign.key.pk])
    assert client.post(foreign_url, reason).status_code == 404
    assert find_key(own.text) is None
    assert find_key(foreign.text)


def test_many_systems_cost_no_more_queries_than_one(cast: Any) -> None:
    key()
    with costs_no_more(cast.browser("secadmin"), PAGE):
        for number in range(9):
            key(name=f"System {number}")


def test_an_empty_page_says_how_a_system_is_connected_and_another_shows_keys_by_their_prefix_only(cast: Any) -> None:
    assert "No system is connected yet" in cast.browser("secadmin").get(PAGE).content.decode()
    issued = key()
    page = cast.browser("secadmin").get(PAGE).content.decode()
    assert issued.key.prefix in page
    assert issued.text not in page
    assert issued.key.secret_hash not in page
