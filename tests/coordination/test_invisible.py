"""The strictest test of visibility: fifty further hidden objects change no byte of any page.

Hidden objects are made by the rows of a registry. Each reader loads every page twice for all of them together, because
separate runs would take longer than the rest of the suite. A new kind of object needs a row; a failure names the pages.
"""

import re

import pytest
import time_machine
from django.db import transaction

from agencies.kernel import times
from agencies.kernel.resource import SEARCHED
from agencies.kernel.work import atomic
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from coordination.automation.escalation.jobs import escalate_duties
from coordination.exchange.notes.actions import edit_note, withdraw_note
from coordination.exchange.reminders.actions import send_letter
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.kept_stories import story

from .in_process import InProcess
from .routes import every_route
from .test_route_matrix import EVERYBODY, may_knock, stage

# On one process, which makes the hidden objects once.
pytestmark = pytest.mark.slow

# Differences between two equal requests: form token and request id.
OF_THE_REQUEST = [re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), re.compile(r"[0-9a-f]{32}(?![0-9a-f-])")]
TYPED = (
    *("锑锭", "antimony", "Example Metals", "91110000600037341L"),
    *("220020260000000001", "tiding", "Exampel Metals", "No"),
)
RESOURCES = sorted({kind.resource for kind in SEARCHED.values()})
SEARCHED = [
    *((path, {"q": typed, "size": "1"}) for path in ("/search/", "/api/v1/search/") for typed in TYPED),
    *(("/api/v1/search/", {"q": "No", "resource": resource, "size": "1"}) for resource in RESOURCES),
]


def everything(cast, who, things):
    """The answers of every page open to the reader, and the search results."""
    client, searches = InProcess(cast.user(who), cast[who]), SEARCHED if may_knock_on("search", who) else []
    index_changed()  # first, because some pages show similar matters
    data = {}
    for route in every_route():
        if may_knock(route, who) and not route.name.startswith("readyz"):
            data[route.name] = bytes_of(client.ask(route, "get", things))
    return data | {f"{path} {asked}": bytes_of(client.get(path, asked)) for path, asked in searches}


def may_knock_on(name, who):
    return any(may_knock(route, who) for route in every_route() if route.name == name)


def bytes_of(response):
    content = response.content.decode("latin-1")  # a file is not text; its bytes are compared as well
    for pattern in OF_THE_REQUEST:
        content = pattern.sub("", content)
    return response.status_code, response.get("Location"), content


@story
def hidden_cases(cast, things):
    """Of customs: leads, cases, proceedings, tasks and drafts without shares; some contain the same numbers."""
    for n in range(50):
        case = stories.case(cast, handling="H3", handling_code="H3", title=f"Hidden case {n}")
        if n % 5 == 0:
            stories.proceeding(cast, "INVESTIGATE", case)
            stories.transfer(cast, "APPROVED", case)
            stories.lead(cast, handling_code="H3")
            stories.instruction(cast, "HEAD_DECISION", matter=case)
            stories.end_use(cast, "CONCLUDED" if n else "OPEN", Case.objects.get(pk=case.pk))
            share_case(
                case, actor=cast["customs.lead"], agency="CUS_2200", profile="full", reason="nobody signs in there"
            )
            stories.conference(cast, matter=Case.objects.get(pk=case.pk), desks=["CUS_2200"])
            stories.opinion_round(cast, Case.objects.get(pk=case.pk), agencies=["CUS_2200"])
            stories.instruction(cast, "SENT", "assign_down", case, receiver="CUS_2200")  # where nobody signs in


@story
def sealed_letters(cast, things):
    """On a case that the reader may share."""
    for n in range(50):
        stories.confidential(cast, ["HEAD_DECISION", "RECEIVED"][n % 2], things["case"])


@story
def notes_of_a_unit(cast, things):
    """On a case that the reader may share; some edited, some withdrawn."""
    for n in range(50):
        note = stories.note(cast, "unit:GACC_RISK", Case.objects.get(pk=things["case"].pk), text=f"Canary {n}")
        if n % 10 == 0:
            edit_note(note, actor=cast["customs.officer"], text=f"Canary again {n} @customs.lead")
        if n % 10 == 1:
            withdraw_note(note, actor=cast["customs.officer"], reason="Canary")


@story
def hidden_lateness(cast, things):
    """Restricted matters of customs, all late and escalated, and reminders about them to the bureau."""
    for n in range(10):
        case = stories.case(cast, handling="H3", handling_code="H3", title=f"Late hidden case {n}")
        stories.proceeding(cast, "INVESTIGATE", case)
        late = stories.late_clock(stories.transfer(cast, "ACCEPTED", case), "TRF_REVIEW")
        send_letter([f"clock:{late.pk}"], actor=cast["customs.officer"])
    hidden = Clock.objects.running().filter(case__title__startswith="Late hidden")
    hidden.update(due_at=late.due_at, breach_at=late.breach_at)
    escalate_duties()
    drain()


# Hidden from all agencies but customs, and how it is made.
HIDDEN = (hidden_cases, sealed_letters, notes_of_a_unit)
LATE = (*HIDDEN, hidden_lateness)  # and from all but the bureau
# Readers. Confidential letters are hidden from everyone they do not name: colleagues, the account administrator of the
# agency, observers of the journal. The auditor reads all other events, of which there must be more.
FROM = {
    **dict.fromkeys(["police.officer", "commerce.head", "commerce.officer", "secadmin", "customs.admin"], LATE),
    **dict.fromkeys(["centre.coordinator", "centre.supervisor"], LATE),
    "antismuggling.lead": HIDDEN,
    # Late matters were delivered, and the procuratorate has their envelope.
    "procurator": (hidden_cases, notes_of_a_unit),
    "customs.legal": (sealed_letters, notes_of_a_unit),
    "customs.lead": (sealed_letters,),
    "auditor": (sealed_letters,),
}


@story
def what_is_due(cast):
    escalate_duties()
    drain()


@pytest.mark.parametrize("who", FROM)
def test_hidden_objects_change_no_byte(cast, who):
    assert who in EVERYBODY
    things = stage(cast)
    with time_machine.travel(times.now(), tick=False):  # not a look at the clock, after which stories are not copied
        what_is_due(cast)
        # First with the hidden objects, then without, so that they are made from the same state for every reader.
        with atomic():
            for make in FROM[who]:
                make(cast, things)
            after = everything(cast, who, things)
            transaction.set_rollback(True)
        before = everything(cast, who, things)
    assert len(before) > 5
    assert [name for name in before if before[name] != after[name]] == []
