"""The pages of the navigation: those that belong to no noun, and those that nouns declare (`Resource.navigation`)."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.permissions import (
    ACCOUNTS,
    AUDIT,
    CALENDAR,
    CASE_READER,
    FIGURES,
    LEADS,
    MACHINES,
    OFFICE,
    OPERATION,
    ROSTER,
    SIGNED_IN,
    STAFF,
    Permission,
)
from agencies.kernel.resource import RESOURCES
from agencies.work.reading import DeskReader
from coordination.automation.gateways.access import GATEWAYS

from .waiting import work

PRACTISING = Permission("practising", lambda actor: settings.TRAINING and CASE_READER.allows(actor))


class AllWork(NavigationPage):
    """The queues, with the number of all work on the desk."""

    def items(self, reader: DeskReader) -> Q:
        return work(reader)


PAGES = (
    NavigationPage(group=Group.TODAY, place=1, page="home", label=_("Today"), key="h", permission=SIGNED_IN),
    NavigationPage(
        group=Group.TODAY,
        place=2,
        page="inbox",
        label=_("Inbox"),
        key="i",
        permission=SIGNED_IN,
        purpose=_("Read what is announced to you, and the outcomes of your requests."),
    ),
    AllWork(
        group=Group.WORK,
        place=10,
        page="queues",
        label=_("Queues"),
        key="q",
        permission=STAFF,
        waiting="?queue=work",
    ),
    NavigationPage(group=Group.WORK, place=11, page="board", label=_("Board"), key="b", permission=STAFF),
    # Everyone of the agency may read it; the office holder works on it.
    NavigationPage(group=Group.WORK, place=12, page="approvals", label=_("Approvals"), key="a", permission=OFFICE),
    NavigationPage(group=Group.WORK, place=14, page="load", label=_("Workload"), key="w", permission=LEADS),
    NavigationPage(
        group=Group.SUPERVISION,
        place=30,
        page="supervision",
        label=_("Supervision"),
        key="s",
        permission=FIGURES,
    ),
    NavigationPage(group=Group.SUPERVISION, place=31, page="one_page", label=_("Daily brief"), permission=FIGURES),
    NavigationPage(group=Group.SUPERVISION, place=34, page="reminder_desk", label=_("Late at other agencies")),
    NavigationPage(
        group=Group.LOOK_UP,
        place=60,
        page="controls",
        label=_("Control law"),
        permission=SIGNED_IN,
        purpose=_("Look up what the control rules say about goods, a destination and an end use."),
    ),
    NavigationPage(
        group=Group.LOOK_UP,
        place=62,
        page="duty",
        label=_("Duty"),
        key="u",
        permission=ROSTER,
        purpose=_("See who is on duty, and maintain the roster and absences of your agency."),
    ),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=71,
        page="journal",
        label=_("Journal"),
        permission=AUDIT,
        purpose=_("Look up who did what and when, and verify that no record was changed."),
    ),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=72,
        page="readings",
        label=_("Read log"),
        permission=AUDIT,
        purpose=_("Look up who read what, when and from where, and what was refused."),
    ),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=74,
        page="accounts",
        label=_("Accounts"),
        permission=ACCOUNTS,
        purpose=_("Find accounts, and change what your role allows."),
    ),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=75,
        page="machines",
        label=_("Systems"),
        permission=MACHINES,
        purpose=_("Supervise the systems that send leads, and their keys."),
    ),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=79,
        page="gateways",
        label=_("Gateways"),
        permission=GATEWAYS,
        purpose=_("Take in packages from separate networks, and see which are missing."),
    ),
    NavigationPage(
        group=Group.LOOK_UP,
        place=76,
        page="calendar",
        label=_("Calendar"),
        permission=CALENDAR,
        purpose=_("Import the public holidays, by which deadlines are calculated."),
    ),
    NavigationPage(group=Group.PREVENTION, place=417, page="licence_check", label=_("Check a licence")),
    NavigationPage(group=Group.LOOK_UP, place=77, page="training", label=_("Training"), key="x", permission=PRACTISING),
    NavigationPage(
        group=Group.ADMINISTRATION,
        place=78,
        page="operation",
        label=_("Operation"),
        permission=OPERATION,
        purpose=_("Check that the background processes work, and handle jobs that were given up."),
    ),
)


def pages() -> list[NavigationPage]:
    """All pages of the navigation in their order."""
    declared = (resource.navigation for resource in RESOURCES.values() if resource.navigation)
    return sorted([*PAGES, *declared], key=lambda one: one.place)
