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
    assert client.post(url).status_code == 302
    assert find_key(issued.text) is None
    assert client.post(url).status_code == 409
    assert client.get(PAGE).content.decode().count("Revoked<") == 1


def test_an_agency_administrator_reads_the_systems_of_their_agency_and_changes_none(cast: Any) -> None:
    own, foreign, client = key(), key("MOFCOM_SCB", "Licence register"), cast.browser("customs.admin")
    page = client.get(PAGE).content.decode()
    assert own.key.prefix in page
    assert foreign.key.prefix not in page
    assert "Revoke" not in page
    assert client.post(reverse("machine_key_revoke", args=[own.key.client_id, own.key.pk])).status_code == 403
    assert client.post(reverse("machine_key_revoke", args=[foreign.key.client_id, foreign.key.pk])).status_code == 404
    assert find_key(own.text) is not None


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
