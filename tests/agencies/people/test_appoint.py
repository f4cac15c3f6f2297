"""The first administrators of a system that has nobody yet."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.journal.models import Event
from agencies.people.models import Membership, User

NAMES = ["--name-zh", "石守正", "--name-en", "Shi Shouzheng"]


def appoint(role, username, *rest):
    said = StringIO()
    call_command("appoint", role, username, *NAMES, *rest, stdout=said)
    return said.getvalue()


@pytest.fixture
def nobody_yet(db):
    User.objects.update(is_active=False)


def test_whoever_installs_the_system_appoints_its_first_administrator(nobody_yet):
    said = appoint("secadmin", "first.secadmin")
    person = User.objects.get(username="first.secadmin")
    held = person.memberships.get()
    assert (held.role, held.unit.code, person.must_change_password) == ("secadmin", "JECC", True)
    assert person.check_password(said.split(": ")[1].strip())
    told = list(Event.objects.filter(object_id=person.pk).order_by("id").values_list("verb", "actor_kind"))
    assert told == [("create_account", "system"), ("grant_role", "system")]


def test_a_second_holder_is_appointed_inside_the_system_and_not_by_command(nobody_yet):
    appoint("sysadmin", "first.sysadmin")
    with pytest.raises(CommandError, match=r"first\.sysadmin holds this power already"):
        appoint("sysadmin", "second.sysadmin")
    assert not User.objects.filter(username="second.sysadmin").exists()


def test_a_name_that_is_taken_and_an_organ_that_is_unknown_are_told(nobody_yet):
    with pytest.raises(CommandError, match="taken"):
        appoint("auditor", "sysadmin")
    with pytest.raises(CommandError, match="no organ NOWHERE"):
        appoint("auditor", "first.auditor", "--organ", "NOWHERE")
    assert not Membership.objects.filter(user__username="first.auditor").exists()
