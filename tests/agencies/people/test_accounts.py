"""Who may request changes of accounts, roles and offices, and what they do. The three powers are separate.

Who confirms them: `tests/agencies/confirmations/test_rights.py`.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.confirmations.actions import request_rights
from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people import access, actions
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from tests import stories
from tests.journal import verify_streams
from tests.refusals import invalid_at, refused_for

ADMINS = ["customs.admin", "sysadmin", "secadmin"]


def agency(code: str = "GACC") -> Agency:
    return Agency.objects.get(code=code)


def newcomer(cast: Any, by: str = "customs.admin", code: str = "GACC", username: str = "new.person") -> User:
    return actions.create_person(
        actor=cast[by], agency=agency(code), username=username, name_zh="新人", name_en="New Person"
    )


def roles(person: User) -> set[str]:
    return set(actor_for(User.objects.get(pk=person.pk)).roles)


def granted(person: User, role: str, unit: str) -> Membership:
    held: Any = actions.grant_role(person, actor=SYSTEM, role=role, unit=agency(unit))
    return held


def appointed(power: str) -> User:
    """A second holder, whom the operator appointed."""
    return actions.appoint(power, agency=agency("JECC"), username="second.holder", paper="No. 2", name_zh="新人")


def settled(person: User) -> User:
    """Returns the person as after the first sign-in."""
    actions.set_first_password(person, "a password of one's own")
    return person


def test_a_new_account_has_no_role_and_is_recorded_without_its_password(cast: Any) -> None:
    person = settled(newcomer(cast))
    assert roles(person) == set()
    key = agency_stream(agency())
    events = Event.objects.of_stream(key.kind, key.subject).order_by("seq")
    assert [event.verb for event in events] == ["create_account", "enrol"]
    assert list(verify_streams()) == []
    event = Event.objects.latest("id")
    assert "a password of one's own" not in event.body
    assert event.remark is not None
    assert "a password of one's own" not in str(event.remark.content())


def test_an_agency_administrator_creates_accounts_of_their_own_agency_only_and_other_roles_none(cast: Any) -> None:
    for who in ("secadmin", "auditor", "customs.lead", "centre.supervisor"):
        with pytest.raises(Forbidden):
            newcomer(cast, by=who, code=cast[who].agency_code)
    with pytest.raises(Forbidden):
        newcomer(cast, code="MOFCOM_SCB")
    newcomer(cast, by="sysadmin", code="MOFCOM_SCB")


def test_a_name_is_taken_within_its_own_agency_only_and_reveals_nothing(cast: Any) -> None:
    """Sign-in names begin with the agency's code, so a refusal can only concern the agency's own accounts."""
    assert newcomer(cast, username="commerce.officer").username == "gacc.commerce.officer"
    assert newcomer(cast, by="sysadmin", code="MOFCOM_SCB").username == "mofcom-scb.new.person"
    assert newcomer(cast).username == "gacc.new.person"
    with invalid_at("/username"):
        newcomer(cast)


def test_a_role_or_office_of_today_ends_at_once_and_its_row_remains(cast: Any) -> None:
    person = settled(newcomer(cast))
    held = granted(person, "officer", "GACC_RISK")
    assert roles(person) == {"officer"}
    actions.end_role(person, actor=SYSTEM, held=held.pk)
    assert roles(person) == set()
    held.refresh_from_db()
    assert (held.since, held.until) == (timezone.localdate(), timezone.localdate())
    assert held.ended_at is not None
    granted(person, "officer", "GACC_RISK")
    assert roles(person) == {"officer"}
    person = cast.user("customs.lead")
    office = actions.grant_office(person, actor=SYSTEM, post="acting", document="署人发〔2026〕1号")
    actions.end_office(person, actor=SYSTEM, held=office.pk)
    assert not actor_for(person).offices
    assert OfficeHolder.objects.get(user=person).ended_at is not None


def test_ending_a_longer_held_role_keeps_its_period(cast: Any) -> None:
    held = Membership.objects.get(user__username="customs.officer")
    actions.end_role(held.user, actor=SYSTEM, held=held.pk)
    assert Membership.objects.get(pk=held.pk).until == timezone.localdate() - timedelta(days=1)
    with pytest.raises(TransitionRefused):
        actions.end_role(held.user, actor=SYSTEM, held=held.pk)


def test_a_role_is_moved_to_another_unit_and_extended(cast: Any) -> None:
    held = Membership.objects.get(user__username="customs.officer")
    moved = actions.change_role(held.user, actor=SYSTEM, held=held.pk, unit=agency(), until=timezone.localdate())
    assert [one.unit.code for one in held.user.memberships.not_ended()] == ["GACC"]
    assert Membership.objects.get(pk=held.pk).ended_at is not None
    with pytest.raises(Invalid) as no:
        actions.change_role(held.user, actor=SYSTEM, held=moved.pk, unit=agency(), until=timezone.localdate())
    assert [error.code for error in no.value.errors] == ["same"]
    actions.change_role(held.user, actor=SYSTEM, held=moved.pk, unit=agency())
    assert held.user.memberships.not_ended().get().until is None


CHANGES = [
    ("grant_role", {"role": "lead"}),
    ("change_role", {}),
    ("end_role", {}),
    ("grant_office", {"post": "acting", "document": "x"}),
    ("change_office", {"document": "x"}),
    ("end_office", {}),
    ("enable_account", {}),
]


@pytest.mark.parametrize(("operation", "given"), CHANGES, ids=[name for name, _given in CHANGES])
def test_no_person_changes_rights_alone(cast: Any, operation: str, given: dict[str, Any]) -> None:
    """Not even those who may request it, whichever entry of the product calls the action."""
    if operation in ("change_office", "end_office"):
        person = cast.user("antismuggling.deputy")
        given = {**given, "held": person.offices.get().pk}
    elif operation == "grant_office":
        person = cast.user("customs.lead")
    elif operation == "enable_account":
        person = cast.user("customs.officer")
        actions.switch_person(person, actor=SYSTEM, active=False, reason="on leave")
    else:
        person = cast.user("customs.officer")
        given = {**given, **({} if operation == "grant_role" else {"held": person.memberships.get().pk})}
    if operation in ("grant_role", "change_role"):
        given = {**given, "unit": person.agency}
    for who in ["customs.admin", "sysadmin", "secadmin", "customs.head", "auditor"]:
        with pytest.raises((Forbidden, TransitionRefused)):
            actions.CHANGES[operation](person, actor=cast[who], **given)
    with refused_for("second_person"):
        actions.CHANGES[operation](
            person, actor=cast["secadmin" if "office" in operation else "customs.admin"], **given
        )


@pytest.mark.parametrize("role", ["secadmin", "sysadmin", "auditor", "supervisor", "coordinator"])
def test_an_agency_administrator_cannot_request_roles_above_their_own(cast: Any, role: str) -> None:
    with pytest.raises(Forbidden):
        request_rights(newcomer(cast), "grant_role", actor=cast["customs.admin"], role=role, unit=agency())


def test_roles_of_the_centre_are_for_its_people_and_each_role_is_held_in_a_unit_of_the_own_agency(cast: Any) -> None:
    inside = settled(newcomer(cast, by="sysadmin", code="JECC"))
    assert access.grantable_roles(cast["secadmin"], inside) >= {"coordinator", "supervisor"}
    with pytest.raises(Forbidden):
        request_rights(
            cast.user("customs.officer"), "grant_role", actor=cast["secadmin"], role="supervisor", unit=agency()
        )
    with pytest.raises(Invalid):
        request_rights(newcomer(cast), "grant_role", actor=cast["secadmin"], role="officer", unit=agency("MOFCOM_SCB"))


@pytest.mark.parametrize("power", ["auditor", "sysadmin", "secadmin"])
def test_no_person_requests_to_grant_or_end_one_of_the_three_powers(cast: Any, power: str) -> None:
    """They come from `manage.py appoint`."""
    newcomer(cast, by="sysadmin", code="JECC")
    held = cast.user(power).memberships.get()
    for who in [*ADMINS, "auditor", "centre.supervisor", "customs.head"]:
        with pytest.raises(Forbidden):
            request_rights(cast.user("jecc.new.person"), "grant_role", actor=cast[who], role=power, unit=agency("JECC"))
        with pytest.raises(Forbidden):
            request_rights(held.user, "end_role", actor=cast[who], held=held.pk)


@pytest.mark.parametrize("who", ADMINS)
def test_people_cannot_change_their_own_roles(cast: Any, who: str) -> None:
    me = cast.user(who)
    with pytest.raises(Forbidden):
        request_rights(me, "grant_role", actor=cast[who], role="officer", unit=me.agency)
    with pytest.raises(Forbidden):
        request_rights(me, "end_role", actor=cast[who], held=me.memberships.get().pk)


@pytest.mark.parametrize("power", ["auditor", "sysadmin", "secadmin"])
def test_one_of_the_three_powers_excludes_every_other_role_and_every_office(cast: Any, power: str) -> None:
    person = appointed(power)
    for other in ("coordinator", "supervisor", "officer"):
        with refused_for("apart"):
            request_rights(person, "grant_role", actor=cast["secadmin"], role=other, unit=agency("JECC"))
    with refused_for("apart"):
        request_rights(person, "grant_office", actor=cast["secadmin"], post="main", document="No. 1")


def test_an_acting_head_needs_a_paper_and_an_agency_has_one_head(cast: Any) -> None:
    person = settled(newcomer(cast))
    with pytest.raises(TransitionRefused):
        request_rights(person, "grant_office", actor=cast["secadmin"], post="main")
    with pytest.raises(Invalid):
        request_rights(person, "grant_office", actor=cast["secadmin"], post="acting")
    actions.grant_office(person, actor=SYSTEM, post="acting", document="署人发〔2026〕1号")
    assert actor_for(User.objects.get(pk=person.pk)).holds_office(agency().pk)


@pytest.mark.parametrize("who", ["customs.admin", "sysadmin", "auditor", "customs.head"])
def test_only_the_security_administrator_requests_offices(cast: Any, who: str) -> None:
    with pytest.raises(Forbidden):
        request_rights(cast.user("customs.lead"), "grant_office", actor=cast[who], post="acting", document="x")


@pytest.mark.parametrize(
    ("who", "whose", "may"),
    [
        ("customs.admin", "customs.officer", True),
        ("customs.admin", "commerce.officer", False),
        ("customs.admin", "customs.admin", False),
        ("sysadmin", "commerce.officer", True),
        ("sysadmin", "secadmin", False),
        ("sysadmin", "auditor", False),
        ("secadmin", "auditor", True),
        ("secadmin", "sysadmin", True),
        ("secadmin", "secadmin", False),
        ("secadmin", "customs.officer", False),
        ("auditor", "customs.officer", False),
        # People who decide for an agency or read for the centre: their password would be an ungranted power.
        ("customs.admin", "customs.head", False),
        ("sysadmin", "customs.head", False),
        ("secadmin", "customs.head", True),
        ("sysadmin", "centre.supervisor", False),
        ("secadmin", "centre.supervisor", True),
        # People who grant roles: the system administrator could grant roles through their account.
        ("sysadmin", "customs.admin", False),
        ("secadmin", "customs.admin", True),
    ],
)
def test_a_reset_is_started_by_a_person_who_gains_no_second_power(cast: Any, who: str, whose: str, may: bool) -> None:
    assert access.may_reset_password(cast[who], cast.user(whose)) is may


def test_disabling_is_recorded_once_with_its_reason(cast: Any) -> None:
    person = cast.user("customs.officer")
    actions.switch_person(person, actor=cast["customs.admin"], active=False, reason="left the service")
    event = Event.objects.latest("id")
    assert (event.verb, event.from_state, event.to_state) == ("disable_account", "active", "disabled")
    with pytest.raises(TransitionRefused):
        actions.switch_person(person, actor=cast["customs.admin"], active=False, reason="again")


def test_the_agency_s_administrator_has_no_power_over_the_three(cast: Any) -> None:
    admin = settled(newcomer(cast, by="sysadmin", code="JECC"))
    granted(admin, "agency_admin", "JECC")
    actor = actor_for(User.objects.get(pk=admin.pk))
    assert not access.may_reset_password(actor, cast.user("centre.supervisor"))
    for power in ["auditor", "sysadmin", "secadmin"]:
        with pytest.raises(Forbidden):
            actions.switch_person(cast.user(power), actor=actor, active=False, reason="x")
        assert not access.may_reset_password(actor, cast.user(power))


@pytest.mark.parametrize(("hours", "alone"), [(71, True), (73, False)])
def test_an_account_with_rights_is_enabled_by_two_persons_unless_it_was_just_disabled(
    cast: Any, hours: int, alone: bool
) -> None:
    person = cast.user("customs.officer")
    with time_machine.travel(timezone.now() - timedelta(hours=hours), tick=False):
        actions.switch_person(person, actor=cast["customs.admin"], active=False, reason="on leave")
    page = cast.browser("customs.admin").get(f"/accounts/{person.pk}/").content.decode()
    assert (f"/accounts/{person.pk}/enabling/" in page) is not alone
    if alone:
        actions.switch_person(person, actor=cast["customs.admin"], active=True, reason="back")
    else:
        with refused_for("second_person"):
            actions.switch_person(person, actor=cast["customs.admin"], active=True, reason="back")
        stories.rights_changed(cast, "customs.officer", "enable_account")
    assert cast.user("customs.officer").is_active


def test_an_account_without_rights_is_enabled_by_one_person(cast: Any) -> None:
    person = newcomer(cast)
    with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
        actions.switch_person(person, actor=cast["customs.admin"], active=False, reason="on leave")
    actions.switch_person(person, actor=cast["customs.admin"], active=True, reason="back")
    assert cast.user(person.username).is_active


@pytest.mark.parametrize("power", ["auditor", "secadmin"])
def test_the_last_holder_of_a_power_is_not_disabled(cast: Any, power: str) -> None:
    with refused_for("last"):
        actions.switch_person(cast.user(power), actor=cast["sysadmin"], active=False, reason="in the way")
    second = appointed(power)
    actions.switch_person(cast.user(power), actor=cast["sysadmin"], active=False, reason="left the service")
    with pytest.raises(TransitionRefused):
        actions.switch_person(second, actor=cast["sysadmin"], active=False, reason="in the way")


def test_the_command_line_may_disable_the_last_holder_of_a_power(cast: Any) -> None:
    actions.switch_person(cast.user("secadmin"), actor=SYSTEM, active=False, reason="demo account")
    assert not cast.user("secadmin").is_active


def test_editing_records_the_names_of_changed_fields_and_nothing_without_a_change(cast: Any) -> None:
    person = cast.user("customs.officer")
    before = Event.objects.count()
    actions.edit_person(person, actor=cast["customs.admin"], phone=person.phone)
    assert Event.objects.count() == before
    actions.edit_person(person, actor=cast["customs.admin"], phone="010-1", name_en=person.name_en)
    assert Event.objects.latest("id").fields == "phone"
