"""The client address behind a proxy."""

import pytest

from coordination.config.proxies import client_address

PROXY, SECOND, DESK, FORGED = "10.0.0.1", "10.0.0.2", "10.20.30.40", "192.0.2.66"
TRUSTED = frozenset({PROXY, SECOND})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (DESK, "", DESK),
        (DESK, FORGED, DESK),  # an untrusted peer cannot name another address
        (PROXY, DESK, DESK),
        (PROXY, f"{FORGED}, {DESK}", DESK),
        (PROXY, f"{FORGED}, {DESK}, {SECOND}", DESK),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        ("", DESK, DESK),  # a proxy on a Unix socket
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours_counts(peer, forwarded, expected):
    assert client_address(peer, forwarded, TRUSTED) == expected


def test_where_every_peer_is_trusted_only_the_last_hop_is_believed():
    assert client_address(PROXY, f"{FORGED}, {DESK}", frozenset({"*"})) == DESK


@pytest.mark.django_db
def test_five_wrong_passwords_at_one_address_do_not_block_another(cast, client):
    def tries(address):
        data = {"username": "customs.officer", "password": "wrong"}
        return client.post("/login/", data, headers={"x-forwarded-for": address}).status_code

    cast.user("customs.officer")
    assert [tries(DESK) for _ in range(6)][-1] != 200
    assert tries("10.20.30.41") == 200
