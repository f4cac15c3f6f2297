"""Two people declare from which date an agency signs in. The declaration gives no access to earlier records."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.confirmations import actions
from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people.actions import switch_person
from agencies.people.models import User
from cases.proceedings.models import Proceeding, Suspect
from coordination.actions.performing import perform as perform_verb
from tests import stories
from tests.journal import verify_streams
from tests.refusals import invalid_at, refused_for

BUREAU = "GACC_ASB"


def agency(code: str = BUREAU) -> Agency:
    return Agency.objects.get(code=code)


def declare(cast: Any, by: str = "antismuggling.admin", *, signs_in: bool = False, days: int = 0) -> Confirmation:
    return actions.declare_sign_in(
        agency(),
        actor=cast[by],
        signs_in=signs_in,
        paper="缉私〔2026〕1号",
        starts_on=timezone.localdate() + timedelta(days=days),
    )


def perform(cast: Any, confirmation: Confirmation, who: str, verb: str = "confirm", **given: Any) -> Confirmation:
    perform_verb(RESOURCES["confirmations"], cast[who], confirmation, verb, given, strict=True)
    confirmation.refresh_from_db()
    return confirmation


def left(cast: Any) -> None:
    perform(cast, declare(cast), "antismuggling.head")


def test_disabling_every_account_of_an_agency_gives_others_no_access(cast: Any) -> None:
    """This once let the sender read suspects and file in the agency's name."""
    line = stories.suspect(cast)
    inside = line.proceeding
    for person in User.objects.filter(agency=agency(), is_active=True):
        switch_person(person, actor=cast["sysadmin"], active=False, reason="reorganisation")
    assert agency().signs_in
    assert not Suspect.objects.visible_to(cast["customs.officer"]).filter(pk=line.pk).exists()
    page = cast.browser("customs.officer").get(reverse("proceeding", args=[inside.pk]))
    assert line.party.name not in page.content.decode().split("cv-split", 1)[-1] or not page.context["inside"]
    assert RESOURCES["proceedings"].buttons(cast["customs.lead"], Proceeding.objects.get(pk=inside.pk)) == []


def test_ceasing_to_sign_in_gives_no_access_to_earlier_records(cast: Any) -> None:
    line = stories.suspect(cast)
    left(cast)
    assert not agency().signs_in
    assert not Suspect.objects.visible_to(cast["customs.lead"]).filter(pk=line.pk).exists()
    page = cast.browser("customs.lead").get(reverse("proceeding", args=[line.proceeding_id]))
    assert not page.context["inside"]
    assert cast.browser("customs.lead").get(f"/api/v1/suspects/{line.pk}/").status_code == 404


def test_what_is_recorded_since_is_kept_by_the_lead_agency(cast: Any) -> None:
    inside = stories.criminal(cast)
    left(cast)
    line = stories.suspect(cast, inside)
    assert Suspect.objects.visible_to(cast["customs.officer"]).filter(pk=line.pk).exists()


def test_a_declaration_takes_effect_only_after_a_second_person_confirms(cast: Any) -> None:
    requested = declare(cast)
    assert (agency().signs_in, requested.state, requested.confirmer_agency.code) == (True, "REQUESTED", BUREAU)
    with pytest.raises(Forbidden):
        perform(cast, requested, "antismuggling.admin")
    perform(cast, requested, "antismuggling.lead")
    assert (agency().signs_in, requested.state) == (False, "COMPLETED")
    events = Event.objects.filter(object_id=requested.pk, stream__kind="agency").order_by("id")
    assert [event.verb for event in events] == ["request", "confirm", "complete"]
    assert Event.objects.filter(object_id=requested.pk, stream__kind="system").count() == 3
    assert list(verify_streams()) == []


def test_a_refused_or_withdrawn_declaration_changes_nothing_and_one_for_a_later_date_waits_for_it(cast: Any) -> None:
    perform(cast, declare(cast), "antismuggling.head", "refuse", reason="We are here")
    perform(cast, declare(cast), "antismuggling.admin", "withdraw")
    assert agency().signs_in
    requested = perform(cast, declare(cast, days=3), "antismuggling.head")
    assert (actions.sweep_due(), agency().signs_in) == (0, True)
    Confirmation.objects.filter(pk=requested.pk).update(starts_on=timezone.localdate())
    assert (actions.sweep_due(), agency().signs_in) == (1, False)


def test_a_declaration_is_of_the_own_or_the_system_administrator_never_retroactive_and_needs_a_paper(cast: Any) -> None:
    for who in ("customs.admin", "antismuggling.head", "secadmin", "auditor", "customs.lead"):
        with pytest.raises(Forbidden):
            declare(cast, who)
    with invalid_at("/starts_on"):
        declare(cast, days=-1)
    with invalid_at("/paper"):
        actions.declare_sign_in(
            agency(), actor=cast["sysadmin"], signs_in=False, paper=" ", starts_on=timezone.localdate()
        )
    with pytest.raises(TransitionRefused):
        declare(cast, signs_in=True)


def test_without_a_second_person_the_superior_agency_confirms_and_then_the_centre(cast: Any) -> None:
    User.objects.filter(agency=agency()).update(is_active=False)
    requested = declare(cast, "sysadmin")
    assert requested.confirmer_agency.code == "GACC"
    perform(cast, requested, "sysadmin", "withdraw")
    User.objects.filter(agency__code__in=["GACC", "MPS", "MPS_ECID"]).update(is_active=False)
    assert declare(cast, "sysadmin").confirmer_agency.code == "JECC"


def test_a_declaration_without_an_eligible_second_person_is_refused(cast: Any) -> None:
    User.objects.exclude(username="sysadmin").update(is_active=False)
    with refused_for("second_person"):
        declare(cast, "sysadmin")


def test_a_request_is_seen_by_its_requester_and_those_who_may_confirm_only_and_expires_unanswered(cast: Any) -> None:
    requested = declare(cast)
    seen = {"antismuggling.admin", "antismuggling.head", "antismuggling.lead"}
    for who in (*seen, "antismuggling.officer", "customs.head", "secadmin", "auditor", "centre.supervisor"):
        assert cast.browser(who).get(reverse("confirmation", args=[requested.pk])).status_code == (
            200 if who in seen else 404
        ), who
    Confirmation.objects.filter(pk=requested.pk).update(expires_at=timezone.now())
    with pytest.raises(TransitionRefused):
        perform(cast, requested, "antismuggling.head")
    assert actions.sweep_due() == 1
    requested.refresh_from_db()
    assert (requested.state, agency().signs_in) == ("EXPIRED", True)


@pytest.mark.slow
def test_a_declaration_is_made_and_confirmed_on_the_pages_and_shown_on_home(cast: Any) -> None:
    data = {
        "agency": BUREAU,
        "signs_in": "0",
        "paper": "缉私〔2026〕2号",
        "starts_on": timezone.localdate().isoformat(),
    }
    answer = cast.browser("antismuggling.admin").post(reverse("sign_in_declared"), data)
    requested = Confirmation.objects.get(agency=agency())
    assert answer["Location"] == reverse("confirmation", args=[requested.pk])
    for who in ("antismuggling.head", "antismuggling.lead"):
        assert "Waiting for your confirmation or signature" in cast.browser(who).get("/").content.decode()
        assert "缉私〔2026〕2号" in cast.browser(who).get(reverse("confirmation", args=[requested.pk])).content.decode()
    page = reverse("verb", args=["confirmations", requested.pk, "confirm"])
    assert cast.browser("antismuggling.head").post(page).status_code == 302
    assert not agency().signs_in


def test_an_administrator_confirms_by_the_api_and_has_no_other_access_there(cast: Any) -> None:
    requested = declare(cast, "sysadmin")
    client = cast.browser("antismuggling.admin")
    assert client.get("/api/v1/confirmations/").json()["results"][0]["id"] == str(requested.pk)
    answer = client.post(f"/api/v1/confirmations/{requested.pk}/confirm/", {}, content_type="application/json")
    assert answer.status_code == 200
    assert not agency().signs_in
    for path in ("cases", "leads", "tasks", "referrals"):
        assert client.get(f"/api/v1/{path}/").status_code == 403
