"""The first administrators of a new system."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.confirmations.enrolling import finish
from agencies.journal.models import Event
from agencies.kernel.errors import TransitionRefused
from agencies.people.models import Membership, User

NAMES = ["--paper", "联控〔2026〕1号", "--name-zh", "石守正", "--name-en", "Shi Shouzheng"]

OWN = "a long one of my own"


def appoint(role, username, *rest):
    said = StringIO()
    call_command("appoint", role, username, *NAMES, *rest, stdout=said)
    return said.getvalue()


def set_password(said):
    output = dict(line.split(": ", 1) for line in said.splitlines()[1:])
    finish(output["link"].rsplit("=", 1)[1], code=output["code"], password=OWN, address="")


@pytest.fixture
def nobody_yet(db):
    User.objects.update(is_active=False)


def test_the_operator_appoints_the_first_administrator(nobody_yet):
    said = appoint("secadmin", "first.secadmin")
    person = User.objects.get(username="first.secadmin")
    held = person.memberships.get()
    assert (held.role, held.unit.code, person.has_usable_password()) == ("secadmin", "JECC", False)
    set_password(said)
    events = list(Event.objects.filter(object_id=person.pk).order_by("id").values_list("verb", "actor_kind"))
    assert events == [("create_account", "system"), ("grant_role", "system"), ("enrol", "user")]
    assert User.objects.get(pk=person.pk).check_password(OWN)


def test_the_same_command_replaces_a_lost_link(nobody_yet):
    first, second = appoint("secadmin", "first.secadmin"), appoint("secadmin", "first.secadmin")
    with pytest.raises(TransitionRefused):
        set_password(first)
    set_password(second)
    with pytest.raises(CommandError, match="already has this authority"):
        appoint("secadmin", "first.secadmin")


def test_without_a_paper_nobody_is_appointed(nobody_yet):
    with pytest.raises(CommandError, match="paper"):
        call_command("appoint", "secadmin", "first.secadmin", "--name-zh", "石", "--name-en", "Shi")


def test_a_second_holder_is_appointed_inside_the_system_and_not_by_command(nobody_yet):
    set_password(appoint("sysadmin", "first.sysadmin"))
    with pytest.raises(CommandError, match=r"first\.sysadmin already has this authority"):
        appoint("sysadmin", "second.sysadmin")
    assert not User.objects.filter(username="second.sysadmin").exists()


def test_a_taken_name_and_an_unknown_agency_are_reported(nobody_yet):
    with pytest.raises(CommandError, match="taken"):
        appoint("auditor", "sysadmin")
    with pytest.raises(CommandError, match="no agency NOWHERE"):
        appoint("auditor", "first.auditor", "--agency", "NOWHERE")
    assert not Membership.objects.filter(user__username="first.auditor").exists()
