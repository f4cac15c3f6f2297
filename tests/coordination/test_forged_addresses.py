"""Addresses that no page contains are refused with a reason, never with an internal error."""

import base64
import json

import pytest

AN_ID = "00000000-0000-4000-8000-000000000000"


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        cursor("-updated", "t", "0001-01-01T00:00:00+14:00", AN_ID),
        cursor("-updated", "t", "9999-12-31T23:59:59-14:00", AN_ID),
        cursor("-updated", "t", 5, AN_ID),
        cursor("-updated", "v", {"a": 1}, AN_ID),
        base64.urlsafe_b64encode(b"[" * 5900).decode(),
    ],
)
def test_a_forged_place_in_a_list_is_refused(cast, token):
    for path in ("/cases/", "/api/v1/cases/"):
        assert cast.browser("customs.officer").get(path, {"after": token}).status_code == 400


@pytest.mark.parametrize(
    "asked", [{"chain": "confidential"}, {"chain": "1"}, {"of": "1e40"}, {"of": "99999999999999999999"}]
)
def test_a_chain_that_cannot_be_is_refused(cast, asked):
    assert cast.browser("auditor").get("/journal/", asked).status_code == 400
