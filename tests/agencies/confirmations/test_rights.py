"""Changes of roles and offices take effect only when a second, competent person confirms them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.confirmations import actions, enrolling
from agencies.confirmations.access import may_confirm
from agencies.confirmations.models import Confirmation
from agencies.duty.actions import enter_absence
from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people import actions as people_actions
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from coordination.actions.performing import perform as perform_verb
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from tests import stories
from tests.journal import verify_streams
from tests.refusals import invalid_at, refused_for

PAPER = "署人发〔2026〕1号"
ACTING = {"post": "acting", "document": PAPER}
EVERYBODY = (
    *("customs.officer", "customs.lead", "customs.head", "customs.legal", "customs.admin"),
    *("antismuggling.lead", "antismuggling.head", "antismuggling.deputy", "antismuggling.admin"),
    *("police.head", "police.deputy", "police.admin", "commerce.head", "procurator.head"),
    *("centre.coordinator", "centre.supervisor", "auditor", "sysadmin", "secadmin"),
)


def agency(code: str = "GACC") -> Agency:
    return Agency.objects.get(code=code)


def confirm(cast: Any, asked: Confirmation, who: str, verb: str = "confirm", **given: Any) -> Confirmation:
    actor = actor_for(cast.user(who))
    perform_verb(RESOURCES["confirmations"], actor, Confirmation.objects.get(pk=asked.pk), verb, given, strict=True)
    asked.refresh_from_db()
    return asked


def refused(cast: Any, asked: Confirmation, who: str) -> list[str]:
    """The codes of the conditions that this person does not meet."""
    with pytest.raises(TransitionRefused) as no:
        confirm(cast, asked, who)
    return [missing.code for missing in no.value.missing]


def notified(about: Confirmation) -> set[str]:
    drain()
    informed = InboxItem.objects.filter(about_id=about.pk, because="informed")
    return set(informed.values_list("person__username", flat=True))


def acting(whose: str, hours_ago: int = 0) -> OfficeHolder:
    person = User.objects.get(username=whose)
    held: Any = people_actions.grant_office(person, actor=SYSTEM, post="acting", document=PAPER)
    OfficeHolder.objects.filter(pk=held.pk).update(effective_at=timezone.now() - timedelta(hours=hours_ago))
    return held


# Who confirms ---------------------------------------------------------------------------------------------------------
# Whose rights, the change, who asks, its answers → the kind, who confirms, and who is of the place but may not now.
CONFIRMERS: list[tuple[str, str, str, dict[str, Any], str, set[str], dict[str, str]]] = [
    ("customs.officer", "grant_role", "customs.admin", {"role": "lead"}, "rights", {"customs.head"}, {}),
    ("customs.officer", "grant_role", "secadmin", {"role": "agency_admin"}, "rights", {"customs.head"}, {}),
    (
        *("antismuggling.officer", "grant_role", "antismuggling.admin", {"role": "lead"}, "rights"),
        *({"antismuggling.head"}, {"antismuggling.deputy": "deputy"}),
    ),
    # The superior agency confirms offices.
    ("antismuggling.lead", "grant_office", "secadmin", ACTING, "rights", {"customs.head"}, {}),
    ("antismuggling.deputy", "end_office", "secadmin", {}, "rights", {"customs.head"}, {}),
    ("antismuggling.head", "end_office", "secadmin", {}, "rights", {"customs.head"}, {}),
    # Of these the product knows no superior with a responsible person.
    ("customs.lead", "grant_office", "secadmin", ACTING, "rights", {"customs.head"}, {}),
    ("police.lead", "grant_office", "secadmin", ACTING, "rights", {"police.head"}, {"police.deputy": "deputy"}),
    ("police.head", "end_office", "secadmin", {}, "rights", {"police.deputy"}, {}),
    # No responsible person is left: an administrator of another kind.
    ("customs.head", "end_office", "secadmin", {}, "vacancy", {"sysadmin"}, {}),
    ("customs.head", "grant_role", "secadmin", {"role": "officer"}, "vacancy", {"sysadmin"}, {}),
    ("customs.head", "grant_role", "customs.admin", {"role": "officer"}, "vacancy", {"sysadmin", "secadmin"}, {}),
    ("centre.coordinator", "grant_role", "secadmin", {"role": "supervisor"}, "vacancy", {"sysadmin"}, {}),
]


@pytest.mark.slow
@pytest.mark.parametrize("row", CONFIRMERS, ids=lambda row: f"{row[1]} of {row[0]} asked by {row[2]}")
def test_only_the_competent_person_confirms(cast: Any, row: Any) -> None:
    whose, operation, by, given, kind, expected, not_now = row
    given = {"document": PAPER, **given}
    if operation == "grant_role":
        given["unit"] = cast.user(whose).agency
    elif operation == "end_office":
        given["held"] = cast.user(whose).offices.get().pk
    asked = stories.rights_requested(cast, whose, operation, by, **given)
    assert asked.kind == kind
    shown = {who for who in EVERYBODY if may_confirm(actor_for(cast.user(who)), asked)}
    assert {who for who in shown if who not in not_now and who != by} == expected
    for who in EVERYBODY:
        if who in not_now:
            assert refused(cast, asked, who) == [not_now[who]]
        elif who not in expected:
            with pytest.raises(Forbidden):
                confirm(cast, asked, who)
    before = Event.objects.filter(object_kind="user").count()
    confirm(cast, asked, min(expected))
    assert (asked.state, Event.objects.filter(object_kind="user").count()) == ("COMPLETED", before + 1)
    assert list(verify_streams()) == []


def test_a_request_has_no_effect_until_it_is_confirmed_and_none_if_it_is_refused(cast: Any) -> None:
    for verb, who, given in [("refuse", "customs.head", {"reason": "No post"}), ("withdraw", "customs.admin", {})]:
        asked = stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency())
        assert "lead" not in actor_for(cast.user("customs.officer")).roles
        confirm(cast, asked, who, verb, **given)
        assert "lead" not in actor_for(cast.user("customs.officer")).roles
    asked = stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency())
    confirm(cast, asked, "customs.head")
    assert "lead" in actor_for(cast.user("customs.officer")).roles


def test_a_change_of_rights_is_requested_once_and_read_by_those_concerned_only(cast: Any) -> None:
    given = {"role": "lead", "unit": agency()}
    asked = stories.rights_requested(cast, "customs.officer", "grant_role", **given)
    with refused_for("open"):
        stories.rights_requested(cast, "customs.officer", "grant_role", "secadmin", **given)
    readers = {who for who in EVERYBODY if Confirmation.objects.visible_to(cast[who]).filter(pk=asked.pk).exists()}
    assert readers == {"customs.head", "customs.admin", "auditor", "sysadmin", "secadmin"}


def test_the_change_is_made_with_the_rights_that_the_requester_still_has(cast: Any) -> None:
    asked = stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency())
    held = cast.user("customs.admin").memberships.get()
    people_actions.end_role(held.user, actor=SYSTEM, held=held.pk)
    assert refused(cast, asked, "customs.head") == ["requester"]


@pytest.mark.slow
def test_the_confirmer_sees_all_rights_before_and_after_and_reads_again_what_changed(cast: Any) -> None:
    first = stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency())
    second = stories.rights_requested(cast, "customs.officer", "grant_role", role="agency_admin", unit=agency())
    assert [one.name for one in second.rights_before] == ["officer"]
    assert [one.name for one in second.rights_after] == ["officer", "agency_admin"]
    confirm(cast, first, "customs.head")
    read = second.version
    second.refresh_from_db()
    assert [one.name for one in second.rights_after] == ["officer", "lead", "agency_admin"]
    address = reverse("verb", args=["confirmations", second.pk, "confirm"])
    assert cast.browser("customs.head").post(address, {"version": read}).status_code == 409
    assert cast.browser("customs.head").post(address, {"version": second.version}).status_code == 302
    page = cast.browser("customs.head").get(reverse("confirmation", args=[second.pk])).content.decode()
    for role in ("Officer", "Unit lead", "Agency administrator"):
        assert role in page


def test_the_confirmer_of_a_first_sign_in_or_a_reset_sees_the_rights_of_the_account(cast: Any) -> None:
    asked, _link = password_requested(cast, "customs.officer")
    page = cast.browser("customs.head").get(reverse("confirmation", args=[asked.pk])).content.decode()
    assert "All rights of the account" in page
    assert "Officer" in page.split("All rights of the account")[1]


def password_requested(cast: Any, whose: str, by: str = "customs.admin") -> Any:
    return enrolling.start(cast.user(whose), actor=cast[by], reason="forgot it")


# Deputies -------------------------------------------------------------------------------------------------------------
def test_a_deputy_confirms_at_once_while_the_holder_is_absent(cast: Any) -> None:
    asked = stories.rights_requested(
        cast, "antismuggling.officer", "grant_role", "antismuggling.admin", role="lead", unit=agency("GACC_ASB")
    )
    today, head = timezone.localdate(), cast.user("antismuggling.head")
    enter_absence(head, actor=cast["antismuggling.head"], since=today, until=today)
    confirm(cast, asked, "antismuggling.deputy")
    assert asked.state == "COMPLETED"


def test_an_absence_entered_by_the_requester_opens_nothing(cast: Any) -> None:
    asked = stories.rights_requested(
        cast, "antismuggling.officer", "grant_role", "antismuggling.admin", role="lead", unit=agency("GACC_ASB")
    )
    today, head = timezone.localdate(), cast.user("antismuggling.head")
    enter_absence(head, actor=cast["antismuggling.admin"], since=today, until=today)
    assert refused(cast, asked, "antismuggling.deputy") == ["deputy"]


# 72 hours -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "has_case", "codes"),
    [(0, True, ["settled"]), (71, True, ["settled"]), (73, True, []), (0, False, [])],
)
def test_a_new_right_confirms_no_other_after_the_first_case(
    cast: Any, hours: int, has_case: bool, codes: list[str]
) -> None:
    if has_case:
        stories.case(cast)
    acting("customs.legal", hours)
    asked = stories.rights_requested(cast, "customs.officer", "grant_role", role="lead", unit=agency())
    assert (refused(cast, asked, "customs.legal") if codes else []) == codes
    if not codes:
        confirm(cast, asked, "customs.legal")
        assert "lead" in actor_for(cast.user("customs.officer")).roles


@pytest.mark.slow
def test_a_new_head_of_an_agency_without_cases_confirms_no_office_of_one_with_cases(cast: Any) -> None:
    """A superior agency is set up in a day; that opens none below it."""
    stories.criminal(cast)
    User.objects.filter(username="customs.head").update(is_active=False)
    acting("customs.legal")
    asked = stories.rights_requested(cast, "antismuggling.lead", "grant_office", "secadmin", **ACTING)
    assert asked.confirmer_agency.code == "GACC"
    assert refused(cast, asked, "customs.legal") == ["settled"]


def test_a_new_right_is_no_second_person_for_a_password(cast: Any) -> None:
    """An acting head would otherwise take over the account of the head."""
    stories.case(cast)
    acting("customs.legal")
    asked, _link = password_requested(cast, "customs.head", "secadmin")
    assert refused(cast, asked, "customs.legal") == ["settled"]
    confirm(cast, asked, "customs.lead")


# No responsible person ------------------------------------------------------------------------------------------------
def vacancy(cast: Any, **given: Any) -> Confirmation:
    """The office of customs has no holder; the lead is to act in it."""
    held = cast.user("customs.head").offices.get()
    people_actions.end_office(held.user, actor=SYSTEM, held=held.pk)
    return stories.rights_requested(cast, "customs.lead", "grant_office", "secadmin", **{**ACTING, **given})


def test_without_a_responsible_person_a_paper_is_required(cast: Any) -> None:
    with invalid_at("/document"):
        vacancy(cast, post="main", document=" ")


def test_two_administrators_wait_72_hours_and_all_concerned_are_told(cast: Any) -> None:
    stories.case(cast)
    asked = vacancy(cast)
    confirm(cast, asked, "sysadmin")
    assert asked.state == "CONFIRMED"
    assert notified(asked) == {"customs.lead", "auditor"}
    assert actions.sweep_due() == 0
    assert not actor_for(cast.user("customs.lead")).offices
    confirmed_at = asked.state_since
    with time_machine.travel(confirmed_at + timedelta(hours=71, minutes=59), tick=False):
        assert actions.sweep_due() == 0
    with time_machine.travel(confirmed_at + timedelta(hours=72, minutes=1), tick=False):
        assert actions.sweep_due() == 1
        assert actor_for(cast.user("customs.lead")).holds_office(agency().pk)
    asked.refresh_from_db()
    assert asked.state == "COMPLETED"
    held = OfficeHolder.objects.not_ended().get(user__username="customs.lead")
    assert held.confirmed_by == cast.user("sysadmin")


def test_a_right_to_read_for_the_centre_waits_too(cast: Any) -> None:
    """The centre has no case of its own, but its people read those of all agencies."""
    stories.case(cast)
    given = {"role": "supervisor", "unit": agency("JECC"), "document": "联控〔2026〕9号"}
    asked = stories.rights_requested(cast, "centre.coordinator", "grant_role", "secadmin", **given)
    assert confirm(cast, asked, "sysadmin").state == "CONFIRMED"
    page = cast.browser("auditor").get(reverse("confirmation", args=[asked.pk])).content.decode()
    assert "Takes effect" in page


def test_a_change_that_waits_may_be_withdrawn(cast: Any) -> None:
    stories.case(cast)
    asked = confirm(cast, vacancy(cast), "sysadmin")
    confirm(cast, asked, "secadmin", "withdraw")
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        assert actions.sweep_due() == 0
        assert not actor_for(cast.user("customs.lead")).offices


def test_a_change_that_waits_ends_when_a_responsible_person_is_back(cast: Any) -> None:
    stories.case(cast)
    User.objects.filter(username="customs.head").update(is_active=False)
    asked = stories.rights_requested(cast, "customs.lead", "grant_office", "secadmin", **ACTING)
    confirm(cast, asked, "sysadmin")
    User.objects.filter(username="customs.head").update(is_active=True)
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        actions.sweep_due()
    asked.refresh_from_db()
    assert (asked.state, OfficeHolder.objects.filter(user__username="customs.lead").exists()) == ("EXPIRED", False)


def test_those_who_disabled_the_responsible_person_do_not_replace_them(cast: Any) -> None:
    people_actions.switch_person(cast.user("customs.head"), actor=cast["sysadmin"], active=False, reason="in the way")
    asked = stories.rights_requested(cast, "customs.lead", "grant_office", "secadmin", **ACTING)
    assert asked.kind == "vacancy"
    assert refused(cast, asked, "sysadmin") == ["disabled_holder"]


def test_an_administrator_of_the_same_kind_does_not_confirm(cast: Any) -> None:
    second = people_actions.appoint("secadmin", agency=agency("JECC"), username="two", paper="No. 2", name_zh="新人")
    people_actions.set_first_password(second, "a password of one's own")
    Membership.objects.filter(user=second).update(effective_at=timezone.now() - timedelta(days=9))
    assert refused(cast, vacancy(cast), "two") == ["same_power"]


def test_an_agency_is_set_up_in_a_day_before_its_first_case(cast: Any) -> None:
    stories.case(cast)  # other agencies have cases
    bureau = agency("MPS")
    for name in ("head", "officer"):
        people_actions.create_person(actor=cast["sysadmin"], agency=bureau, username=name, name_zh="新人")
        people_actions.set_first_password(User.objects.get(username=f"mps.{name}"), "a password of one's own")
    asked = stories.rights_requested(
        cast, "mps.head", "grant_office", "secadmin", post="main", document="公人发〔2026〕1号"
    )
    confirm(cast, asked, "sysadmin")
    assert asked.state == "COMPLETED"
    asked = stories.rights_requested(cast, "mps.officer", "grant_role", "secadmin", role="officer", unit=bureau)
    assert asked.kind == "rights"
    confirm(cast, asked, "mps.head")
    assert "officer" in actor_for(cast.user("mps.officer")).roles


# Notices and records --------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_holder_responsible_persons_and_auditor_are_notified_and_may_read_it(cast: Any) -> None:
    asked = stories.rights_changed(
        cast, "antismuggling.lead", "grant_office", "secadmin", "customs.head", post="deputy", document=PAPER
    )
    people = {"antismuggling.lead", "antismuggling.head", "antismuggling.deputy", "auditor"}
    assert notified(asked) == people
    for who in people:
        assert cast.browser(who).get(reverse("confirmation", args=[asked.pk])).status_code == 200
        assert str(asked.pk) in cast.browser(who).get("/inbox/").content.decode()


def test_the_confirmer_is_notified_of_the_request(cast: Any) -> None:
    asked = stories.rights_requested(cast, "antismuggling.lead", "grant_office", "secadmin", **ACTING)
    drain()
    waiting = InboxItem.objects.filter(about_id=asked.pk, because="decides")
    assert [one.person.username for one in waiting] == ["customs.head"]
    assert "1" in cast.browser("customs.head").get(reverse("confirmations")).content.decode()


def test_the_journal_names_both_persons(cast: Any) -> None:
    stories.rights_changed(cast, "customs.officer", "grant_role", role="lead", unit=agency())
    event = Event.objects.filter(verb="grant_role").latest("id")
    assert event.actor_id == cast["customs.admin"].id
    assert event.remark is not None
    assert event.remark.data["second"] == cast["customs.head"].id


@pytest.mark.slow
def test_a_decision_by_an_acting_head_shows_since_when_and_by_whose_confirmation(cast: Any) -> None:
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.rights_changed(cast, "customs.legal", "grant_office", "secadmin", **ACTING)
    stories.walk(cast, transfer, [("approve", "customs.legal", stories.ON_PAPER)])
    event = Event.objects.filter(object_id=transfer.pk, verb="approve").latest("id")
    assert event.remark is not None
    shown = {"since": timezone.localdate().isoformat(), "document": PAPER, "confirmed_in": "GACC"}
    assert event.remark.data["acting"] == {**shown, "confirmed_by": cast["customs.head"].id}
    page = cast.browser("customs.officer").get(reverse("referral", args=[transfer.pk])).content.decode()
    assert f"acting responsible person since {shown['since']}" in page
    assert cast.user("customs.head").name in page
    waiting = cast.browser("customs.lead").get(reverse("approvals")).content.decode()
    assert f"acting responsible person since {shown['since']}" in waiting


def test_what_an_acting_head_does_as_an_officer_is_no_act_of_the_office(cast: Any) -> None:
    made = stories.transfer(cast)
    stories.rights_changed(cast, "customs.legal", "grant_office", "secadmin", **ACTING)
    stories.walk(cast, made, [("submit", "customs.legal", {})])
    event = Event.objects.filter(object_id=made.pk, verb="submit").latest("id")
    assert event.remark is not None
    assert "acting" not in event.remark.data


def test_an_office_is_extended_by_a_document_and_keeps_its_beginning(cast: Any) -> None:
    held = acting("customs.legal", 100)
    until = timezone.localdate() + timedelta(days=30)
    with pytest.raises(Invalid):
        stories.rights_requested(cast, "customs.legal", "change_office", "secadmin", held=held.pk, until=until)
    stories.rights_changed(
        cast, "customs.legal", "change_office", "secadmin", held=held.pk, until=until, document="署人发〔2026〕9号"
    )
    before = held.effective_at
    held.refresh_from_db()
    assert (held.until, held.document) == (until, "署人发〔2026〕9号")
    assert held.effective_at < before
