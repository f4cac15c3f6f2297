"""The account pages: access, contents and changes."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.organisations.models import Agency
from agencies.people.models import Membership, OfficeHolder, User
from tests import stories
from tests.costs import costs_no_more

LIST = "/accounts/"
NEW = {"username": "new.person", "staff_number": "A-17", "name_zh": "新人", "name_en": "New Person"}


def url(cast: Any, username: str, name: str = "account", *more: Any) -> str:
    return reverse(name, args=[cast.user(username).pk, *more])


def test_an_agency_administrator_sees_their_agency_and_the_others_every_account(cast: Any) -> None:
    page = cast.browser("customs.admin").get(LIST).content.decode()
    assert "customs.officer" in page
    assert "commerce.officer" not in page
    assert cast.browser("customs.admin").get(url(cast, "commerce.officer")).status_code == 404
    for who in ["sysadmin", "secadmin"]:
        page = cast.browser(who).get(LIST, {"agency": "MOFCOM_SCB"}).content.decode()
        assert "commerce.officer" in page
        assert "customs.officer" not in page


def test_the_list_filters_by_role_state_and_name(cast: Any) -> None:
    client = cast.browser("secadmin")

    def names(**given: str) -> list[str]:
        return [person.username for person in client.get(LIST, given).context["page"].items]

    assert names(role="auditor") == ["auditor"]
    assert names(name="wangshu") == ["commerce.lead"]
    assert names(active="0") == []
    assert client.get(LIST, {"active": "0"}).content.decode().count("No account matches the filter") == 1


def test_many_accounts_cost_no_more_queries_than_few(cast: Any) -> None:
    agency = Agency.objects.get(code="GACC")
    with costs_no_more(cast.browser("sysadmin"), LIST):
        for number in range(9):
            person = User.objects.create_user(f"extra.{number}", None, agency=agency, name_zh="甲", name_en="A")
            Membership.objects.create(user=person, unit=agency, role="officer")


def test_contact_details_are_seen_and_edited_by_the_agencys_own_administrator(cast: Any) -> None:
    assert "010-0000-1101" not in cast.browser("sysadmin").get(url(cast, "customs.officer")).content.decode()
    assert "010-0000-1101" in cast.browser("customs.admin").get(url(cast, "customs.officer")).content.decode()
    given = {"name_zh": "林知远", "name_en": "Lin Zhiyuan", "phone": "010-5"}
    assert cast.browser("customs.admin").post(url(cast, "customs.officer", "account_edit"), given).status_code == 302
    assert cast.user("customs.officer").phone == "010-5"
    assert cast.browser("sysadmin").post(url(cast, "customs.officer", "account_edit"), given).status_code == 403


def test_an_account_is_created_without_a_password_and_invalid_or_taken_names_are_reported_in_the_form(
    cast: Any,
) -> None:
    answer = cast.browser("customs.admin").post(reverse("account_new"), {**NEW, "agency": "GACC"}, follow=True)
    assert "Start first sign-in" in answer.content.decode()
    assert not cast.user("gacc.new.person").has_usable_password()
    client = cast.browser("customs.admin")
    for number, username in enumerate(["new.person", "Ümlaut", "a b"]):
        data = {**NEW, "username": username, "staff_number": f"B-{number}", "agency": "GACC"}
        answer = client.post(reverse("account_new"), data)
        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == ["username"]
    again = client.post(
        reverse("account_new"), {**NEW, "username": "another", "staff_number": "a-17 ", "agency": "GACC"}
    )
    assert list(again.context["form"].errors) == ["staff_number"]


def test_disabling_the_last_account_of_an_agency_warns_and_changes_nothing_of_its_signing_in(cast: Any) -> None:
    for person in User.objects.filter(agency__code="SPP", is_active=True):
        page = cast.browser("sysadmin").post(url(cast, person.username, "account_switch"), {"reason": "x"}, follow=True)
    assert "has no account left that can sign in" in page.content.decode()
    assert Agency.objects.get(code="SPP").signs_in


def test_disabling_requires_a_reason(cast: Any) -> None:
    client, page = cast.browser("customs.admin"), url(cast, "customs.officer", "account_switch")
    assert client.post(page).status_code == 400
    assert client.post(page, {"reason": "left the service"}).status_code == 302
    assert not cast.user("customs.officer").is_active
    assert "Enable account" in client.get(url(cast, "customs.officer")).content.decode()


def test_a_role_is_requested_on_the_pages_and_takes_effect_when_confirmed(cast: Any) -> None:
    client = cast.browser("customs.admin")
    given = {"role": "lead", "unit": "GACC_RISK", "reason": "a new post"}
    asked = client.post(url(cast, "customs.officer", "account_role"), given)
    assert asked.status_code == 302
    held = Membership.objects.not_ended().filter(user__username="customs.officer", role="lead")
    assert not held.exists()
    assert asked["Location"] in client.get(url(cast, "customs.officer")).content.decode()
    shown = cast.browser("customs.head").get(asked["Location"]).content.decode()
    assert "All rights of the account" in shown
    confirm = reverse("verb", args=["confirmations", asked["Location"].split("/")[-2], "confirm"])
    assert client.post(confirm).status_code == 403
    assert cast.browser("customs.head").post(confirm).status_code == 302
    assert held.exists()
    page = url(cast, "customs.officer", "account_role_end", held.get().pk)
    assert "End role" in client.get(page).content.decode()
    ended = client.post(page, {"reason": "left the post"})
    assert held.exists()
    confirm = reverse("verb", args=["confirmations", ended["Location"].split("/")[-2], "confirm"])
    assert cast.browser("customs.head").post(confirm).status_code == 302
    assert not held.exists()


def test_a_role_that_is_not_offered_is_refused_and_two_powers_are_reported(cast: Any) -> None:
    page = url(cast, "customs.officer", "account_role")
    refused = {"role": "secadmin", "unit": "GACC", "reason": "x"}
    assert cast.browser("customs.admin").post(page, refused).status_code == 400
    answer = cast.browser("secadmin").post(
        url(cast, "auditor", "account_role"), {"role": "officer", "unit": "JECC", "reason": "x"}
    )
    assert answer.status_code == 400
    assert "are separate" in answer.content.decode()


def test_changes_of_an_ended_an_unknown_or_anothers_right_are_refused(cast: Any) -> None:
    held = Membership.objects.get(user__username="customs.lead", role="lead")
    page = url(cast, "customs.officer", "account_role_end", held.pk)
    assert cast.browser("customs.admin").post(page).status_code == 404
    held = Membership.objects.get(user__username="customs.officer")
    page = url(cast, "customs.officer", "account_role_change", held.pk)
    unchanged = cast.browser("customs.admin").post(page, {"unit": "GACC_RISK", "reason": "x"})
    assert list(unchanged.context["form"].errors) == ["until"]
    stories.rights_changed(cast, "customs.officer", "end_role", held=held.pk)
    assert cast.browser("customs.admin").post(page, {"unit": "GACC", "reason": "x"}).status_code == 400


def test_an_office_is_requested_by_the_security_administrator_by_its_paper(cast: Any) -> None:
    page = url(cast, "customs.lead", "account_office")
    given = {
        "post": "acting",
        "document": "署人发〔2026〕1号",
        "until": timezone.localdate().isoformat(),
        "reason": "leave",
    }
    assert cast.browser("customs.admin").post(page, given).status_code == 403
    refused = cast.browser("secadmin").post(page, {"post": "acting", "reason": "leave"})
    assert list(refused.context["form"].errors) == ["document"]
    assert cast.browser("secadmin").post(page, given).status_code == 302
    assert not OfficeHolder.objects.filter(user__username="customs.lead").exists()


@pytest.mark.parametrize("who", ["customs.admin", "sysadmin", "secadmin"])
def test_people_are_offered_no_action_on_their_own_account(cast: Any, who: str) -> None:
    page = cast.browser(who).get(url(cast, who)).content.decode()
    assert "This is your own account" in page
    for name in ["account_switch", "account_role"]:
        assert cast.browser(who).get(url(cast, who, name)).status_code == 403
