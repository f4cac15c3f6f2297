"""Doorbells over JSON: hung, silenced and renewed by whoever keeps them, the secret told once."""

from agencies.organs.models import Agency
from coordination.channels.actions import hang_doorbell
from coordination.channels.models import Doorbell

ADDRESS = "https://bell.example/ring"


def post(cast, who, path, told):
    return cast.browser(who).post(f"/api/v1/doorbells/{path}", told, content_type="application/json")


def hung(cast):
    return hang_doorbell(Agency.objects.get(code="GACC"), ADDRESS, actor=cast["customs.admin"])


def test_an_administrator_hangs_one_and_reads_its_secret_once(cast):
    made = post(cast, "customs.admin", "", {"url": ADDRESS})
    bell = Doorbell.objects.get()
    assert (made.status_code, made.json()) == (201, {"id": str(bell.pk), "url": ADDRESS, "secret": bell.secret})
    [listed] = cast.browser("customs.admin").get("/api/v1/doorbells/").json()
    assert (listed["organ"]["code"], listed["is_active"], listed["given_up"]) == ("GACC", True, 0)
    assert bell.secret not in str(listed)
    again = post(cast, "customs.admin", "", {"url": ADDRESS})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (400, "/url")


def test_it_is_switched_renewed_and_rung_again(cast):
    bell = hung(cast)
    assert post(cast, "customs.admin", f"{bell.pk}/switch/", {"active": False}).json()["is_active"] is False
    assert post(cast, "customs.admin", f"{bell.pk}/switch/", {"active": False}).status_code == 409
    renewed = post(cast, "customs.admin", f"{bell.pk}/renew/", {}).json()["secret"]
    assert renewed != bell.secret
    assert renewed == Doorbell.objects.get().secret
    assert post(cast, "customs.admin", f"{bell.pk}/again/", {}).status_code == 409  # nothing was given up


def test_the_security_administrator_may_silence_it_and_no_more(cast):
    bell = hung(cast)
    assert post(cast, "secadmin", f"{bell.pk}/switch/", {"active": False}).status_code == 200
    for path, told in (("switch/", {"active": True}), ("renew/", {}), ("again/", {})):
        assert post(cast, "secadmin", f"{bell.pk}/{path}", told).status_code == 403, path


def test_nobody_else_finds_any(cast):
    bell = hung(cast)
    for who in ("customs.officer", "customs.head", "centre.coordinator"):
        assert cast.browser(who).get("/api/v1/doorbells/").status_code == 403
        assert post(cast, who, f"{bell.pk}/renew/", {}).status_code == 403
