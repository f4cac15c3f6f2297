"""The first administrators of a new system."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.confirmations.enrolling import finish
from agencies.journal.models import Event
from agencies.kernel.errors import TransitionRefused
from agencies.people.models import Membership, User
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem

NAMES = ["--paper", "联控〔2026〕1号", "--name-zh", "石守正", "--name-en", "Shi Shouzheng"]

OWN = "a long one of my own"


def appoint(role, username, *rest):
    output = StringIO()
    call_command("appoint", role, username, *NAMES, *rest, stdout=output)
    return output.getvalue()


def set_password(shown):
    output = dict(line.split(": ", 1) for line in shown.splitlines()[1:])
    finish(output["link"].rsplit("=", 1)[1], code=output["code"], password=OWN, address="")


@pytest.fixture
def no_holders(db):
    User.objects.update(is_active=False)


def test_the_operator_appoints_the_first_administrator(no_holders):
    shown = appoint("secadmin", "first.secadmin")
    person = User.objects.get(username="first.secadmin")
    held = person.memberships.get()
    assert (held.role, held.unit.code, person.has_usable_password()) == ("secadmin", "JECC", False)
    set_password(shown)
    events = list(Event.objects.filter(object_id=person.pk).order_by("id").values_list("verb", "actor_kind"))
    assert events == [("create_account", "system"), ("grant_role", "system"), ("enrol", "user")]
    assert User.objects.get(pk=person.pk).check_password(OWN)


def test_the_same_command_replaces_a_lost_link(no_holders):
    first, second = appoint("secadmin", "first.secadmin"), appoint("secadmin", "first.secadmin")
    with pytest.raises(TransitionRefused):
        set_password(first)
    set_password(second)
    with pytest.raises(CommandError, match="taken"):
        appoint("secadmin", "first.secadmin")


def test_an_appointment_needs_a_paper_a_free_name_and_a_known_agency(no_holders):
    with pytest.raises(CommandError, match="paper"):
        call_command("appoint", "secadmin", "first.secadmin", "--name-zh", "石", "--name-en", "Shi")
    with pytest.raises(CommandError, match="taken"):
        appoint("auditor", "sysadmin")
    with pytest.raises(CommandError, match="no agency NOWHERE"):
        appoint("auditor", "first.auditor", "--agency", "NOWHERE")
    assert not Membership.objects.filter(user__username="first.auditor").exists()


def test_a_second_holder_is_appointed_and_the_present_ones_are_notified(cast):
    appoint("sysadmin", "second.sysadmin")
    drain()
    told = set(InboxItem.objects.values_list("person__username", flat=True))
    assert told >= {"auditor", "sysadmin", "secadmin"}
    shown = cast.browser("auditor").get("/inbox/").content.decode()
    assert "It is announced to you" in shown


def test_a_successor_ends_the_power_of_the_predecessor_whose_row_remains(cast):
    appoint("auditor", "new.auditor", "--replaces", "auditor")
    held = Membership.objects.get(user__username="auditor")
    assert held.ended_at is not None
    assert [one.user.username for one in Membership.objects.current().filter(role="auditor")] == ["new.auditor"]
    with pytest.raises(CommandError, match="does not have this authority"):
        appoint("auditor", "third.auditor", "--replaces", "secadmin")
    assert not User.objects.filter(username="third.auditor").exists()
