"""Only the owner sets a password, with a link from one person and a code from another."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.confirmations import actions, enrolling
from agencies.confirmations.models import Confirmation, Enrolment
from agencies.journal.models import Delivery, Event
from agencies.kernel.errors import Forbidden, Invalid, TooMany, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.people import throttle
from agencies.people.actions import create_person
from agencies.people.models import FailedAttempts, User
from coordination.actions.performing import perform
from tests.refusals import invalid_at
from tests.stories import PASSWORD

OWN = "a long one of my own"
PERSON = "customs.officer"


def finish(link: str, address: str = "192.0.2.1", **given: str) -> User:
    return enrolling.finish(link, address=address, **given)


def start(cast: Any, by: str = "customs.admin", whose: str = PERSON) -> tuple[Confirmation, str]:
    return enrolling.start(cast.user(whose), actor=cast[by], reason="forgot it")


def confirmed(cast: Any, second: str = "customs.lead", **of: Any) -> tuple[Confirmation, str, str]:
    requested, link = start(cast, **of)
    perform(RESOURCES["confirmations"], cast[second], requested, "confirm", {}, strict=True)
    requested.refresh_from_db()
    return requested, link, enrolling.draw_code(requested, actor=cast[second])


def test_link_and_code_together_set_the_password_and_end_the_old_sessions(cast: Any) -> None:
    before = cast.browser(PERSON)
    requested, link, code = confirmed(cast)
    assert before.get("/").status_code == 200
    finish(link, code=code, password=OWN)
    assert cast.user(PERSON).check_password(OWN)
    assert before.get("/")["Location"] == "/login/?next=/"
    requested.refresh_from_db()
    assert requested.state == "COMPLETED"


def test_neither_link_nor_code_is_enough_alone_and_a_right_code_ends_the_count_of_the_account(cast: Any) -> None:
    _requested, link, code = confirmed(cast)
    with pytest.raises(Invalid):
        finish(link, code="aaaa-aaaa-aaaa", password=OWN)
    with pytest.raises(TransitionRefused):
        finish("no-such-link", code=code, password=OWN)
    assert cast.user(PERSON).check_password(PASSWORD)
    finish(link, code=code, password=OWN)
    assert not FailedAttempts.objects.filter(about=throttle.about_of(PERSON)).exists()


def test_the_link_works_only_after_the_second_person_confirms(cast: Any) -> None:
    requested, link = start(cast)
    with pytest.raises(Invalid):
        finish(link, code="", password=OWN)
    with pytest.raises(Forbidden):
        enrolling.draw_code(requested, actor=cast["customs.lead"])


@pytest.mark.parametrize("who", ["customs.admin", PERSON, "customs.legal", "sysadmin", "commerce.lead"])
def test_only_another_eligible_person_confirms(cast: Any, who: str) -> None:
    """The requester, the owner, an ineligible colleague and people of another agency may not confirm."""
    requested, _link = start(cast)
    with pytest.raises(Forbidden):
        perform(RESOURCES["confirmations"], cast[who], requested, "confirm", {}, strict=True)


def test_the_requester_never_gets_the_code_and_the_second_person_never_the_link(cast: Any) -> None:
    requested, link, _code = confirmed(cast)
    with pytest.raises(Forbidden):
        enrolling.draw_code(requested, actor=cast["customs.admin"])
    for who in ("customs.admin", "customs.lead"):
        page = cast.browser(who).get(reverse("confirmation", args=[requested.pk])).content.decode()
        assert link not in page
    recorded = "".join(event.body + str(event.remark and event.remark.content()) for event in Event.objects.all())
    kept = Enrolment.objects.get(confirmation=requested)
    assert link not in recorded + kept.link + kept.code


def test_the_code_is_shown_once_and_both_secrets_work_once(cast: Any) -> None:
    requested, link, code = confirmed(cast)
    with pytest.raises(TransitionRefused):
        enrolling.draw_code(requested, actor=cast["customs.lead"])
    finish(link, code=code, password=OWN)
    with pytest.raises(TransitionRefused):
        finish(link, code=code, password=OWN + "!")


def test_five_wrong_codes_invalidate_the_link(cast: Any) -> None:
    _requested, link, code = confirmed(cast)
    for _attempt in range(Enrolment.MOST_ATTEMPTS):
        with pytest.raises(Invalid):
            finish(link, code="wrong", password=OWN)
    with pytest.raises(TransitionRefused):
        finish(link, code=code, password=OWN)
    assert Event.objects.filter(verb="fail", stream__kind="system").count() == Enrolment.MOST_ATTEMPTS


def test_the_link_expires_after_a_day_and_a_new_one_may_be_requested(cast: Any) -> None:
    requested, link, code = confirmed(cast)
    with pytest.raises(TransitionRefused):
        start(cast)
    Confirmation.objects.filter(pk=requested.pk).update(expires_at=timezone.now())
    with pytest.raises(TransitionRefused):
        finish(link, code=code, password=OWN)
    actions.sweep_due()
    start(cast)


def spend(link: str, address: str = "192.0.2.1") -> list[type[Exception]]:
    """Enters wrong codes until the link is invalid. Returns the error of each attempt."""
    errors = []
    for _attempt in range(Enrolment.MOST_ATTEMPTS):
        with pytest.raises((Invalid, TooMany)) as no:
            finish(link, address, code="aaaa-aaaa-aaaa", password=OWN)
        errors.append(no.type)
    return errors


def test_a_new_link_for_the_account_grants_no_new_attempts(cast: Any) -> None:
    requested, link, _code = confirmed(cast)
    assert spend(link) == [Invalid] * 5
    perform(RESOURCES["confirmations"], cast["customs.admin"], requested, "withdraw", {}, strict=True)
    _requested, again, code = confirmed(cast)
    assert spend(again, "198.51.100.7") == [TooMany] * 5
    event = Event.objects.get(verb="sign_in_locked")
    assert event.remark is not None
    assert event.remark.data == {"counts": ["code"], "address": "192.0.2.1"}
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        finish(again, code=code, password=OWN)
    assert cast.user(PERSON).check_password(OWN)


@pytest.mark.slow
def test_codes_guessed_from_one_address_for_many_accounts_are_delayed(cast: Any) -> None:
    accounts = [("customs", "officer"), ("customs", "lead"), ("police", "officer"), ("police", "lead")]
    links = [start(cast, f"{agency}.admin", f"{agency}.{who}")[1] for agency, who in accounts]
    assert [error for link in links for error in spend(link)] == [Invalid] * 20
    _requested, link = start(cast, "commerce.admin", "commerce.officer")
    assert TooMany in spend(link)
    throttle.clear_delays("commerce.officer")
    assert spend(link, "198.51.100.7")[0] is Invalid


def test_the_page_says_when_the_next_code_is_accepted(cast: Any, client: Client) -> None:
    _requested, link, code = confirmed(cast)
    spend(link)
    Enrolment.objects.update(attempts=0)
    answer = client.post(enrolling.address_of(link), {"code": code, "password": OWN, "again": OWN})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_a_weak_password_costs_no_attempt(cast: Any) -> None:
    requested, link, code = confirmed(cast)
    with invalid_at("/password"):
        finish(link, code=code, password="short")
    assert Enrolment.objects.get(confirmation=requested).attempts == 0


def test_the_owner_and_their_leads_are_notified(cast: Any) -> None:
    requested, link, code = confirmed(cast)
    finish(link, code=code, password=OWN)
    event = Event.objects.filter(object_id=requested.pk, verb="complete").earliest("id")
    notified = set(Delivery.objects.filter(event=event).exclude(person_id=None).values_list("person_id", flat=True))
    assert {cast.user(one).pk for one in (PERSON, "customs.lead", "customs.head")} <= notified
    for who in (PERSON, "customs.head"):
        assert cast.browser(who).get(reverse("confirmation", args=[requested.pk])).status_code in (200, 302)


def test_a_head_s_password_is_started_by_the_security_administrator_and_confirmed_in_the_agency(cast: Any) -> None:
    with pytest.raises(Forbidden):
        start(cast, "sysadmin", "customs.head")
    requested, _link = start(cast, "secadmin", "customs.head")
    assert requested.confirmer_agency.code == "GACC"
    with pytest.raises(Forbidden):
        perform(RESOURCES["confirmations"], cast["sysadmin"], requested, "confirm", {}, strict=True)


def test_a_new_account_is_enrolled_the_same_way(cast: Any) -> None:
    person = create_person(actor=cast["customs.admin"], agency=cast.user(PERSON).agency, username="new", name_zh="新人")
    assert not User.objects.able_to_sign_in().filter(pk=person.pk).exists()
    requested, link, code = confirmed(cast, whose=person.username)
    assert requested.kind == "enrol"
    finish(link, code=code, password=OWN)
    assert cast.user(person.username).check_password(OWN)


def test_every_completed_reset_requests_the_superior_heads_confirmation_of_identity(cast: Any) -> None:
    _requested, link, code = confirmed(
        cast, second="antismuggling.lead", by="antismuggling.admin", whose="antismuggling.officer"
    )
    finish(link, code=code, password=OWN)
    requested = Confirmation.objects.get(kind="identity")
    assert requested.confirmer_agency.code == "GACC"
    with pytest.raises(Forbidden):
        perform(RESOURCES["confirmations"], cast["customs.lead"], requested, "confirm", {}, strict=True)
    perform(RESOURCES["confirmations"], cast["customs.head"], requested, "confirm", {}, strict=True)
    assert cast.user("antismuggling.officer").identity_confirmed_at is not None


@pytest.mark.slow
def test_the_complete_reset_in_browsers(cast: Any) -> None:
    page = cast.browser("customs.admin").post(
        reverse("account_password", args=[cast.user(PERSON).pk]), {"reason": "forgot it"}
    )
    link = re.search(r"http://testserver(/enrol/\?link=[\w-]+)", page.content.decode())
    requested = Confirmation.objects.get(person=cast.user(PERSON))
    assert link is not None
    second = cast.browser("customs.lead")
    assert second.post(reverse("verb", args=["confirmations", requested.pk, "confirm"])).status_code == 302
    assert "Show the code" in second.get(reverse("confirmation", args=[requested.pk])).content.decode()
    shown = second.post(reverse("confirmation_code", args=[requested.pk])).content.decode()
    code = re.search(r"<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>", shown)
    assert code is not None
    person = Client(headers={"accept-language": "en"})
    form = person.get(link[1])
    assert (form.status_code, form["Cache-Control"].count("no-store")) == (200, 1)
    wrong = person.post(link[1], {"code": code[1], "password": OWN, "again": OWN + "x"})
    assert list(wrong.context["form"].errors) == ["again"]
    assert person.post(link[1], {"code": code[1], "password": OWN, "again": OWN})["Location"] == "/login/"
    assert person.get(link[1]).status_code == 404
    assert person.post("/login/", {"username": PERSON, "password": OWN})["Location"] == "/"


@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_the_form_of_the_second_person_does_not_hold_the_reason_of_the_request(cast: Any, verb: str) -> None:
    requested, _link = start(cast)
    page = cast.browser("customs.lead").get(reverse("verb", args=["confirmations", requested.pk, verb]))
    assert page.status_code == 200
    assert not page.context["form"].initial.get("reason")


def test_a_used_link_says_where_to_get_a_new_one(cast: Any) -> None:
    page = Client(headers={"accept-language": "en"}).get(reverse("enrol"), {"link": "used"})
    assert page.status_code == 404
    assert b"ask the administrator of your agency for a new link" in page.content
