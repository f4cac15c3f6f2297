"""The strongest test of sight: fifty cases more that a reader may not see, and not one byte of any page differs."""

import re

import pytest
import time_machine
from django.utils import timezone

from tests import stories

from .routes import every_route
from .test_route_matrix import EVERYBODY, may_knock, stage

# What differs between two answers to the same question: the form's token and the request's own id.
OF_THE_REQUEST = [re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), re.compile(r"[0-9a-f]{32}(?![0-9a-f-])")]
READERS = ["police.officer", "commerce.head", "antismuggling.lead", "procurator", "customs.admin", "secadmin"]
# These read what is unrestricted, so for them the fifty are restricted.
CENTRE = ["centre.coordinator", "centre.supervisor"]
# The auditor reads every event, and events are what he must see more of.
ASKED = sorted({*READERS, *CENTRE})


def everything(cast, who, things):
    client = cast.browser(who)
    told = {}
    for route in every_route():
        if may_knock(route, who) and not route.name.startswith(("livez", "readyz")):
            response = client.get(route.url(things))
            content = response.content.decode()
            for pattern in OF_THE_REQUEST:
                content = pattern.sub("", content)
            told[route.name] = (response.status_code, content)
    return told


def fifty_cases(cast, handling):
    """Customs' own: leads, cases, proceedings, tasks and drafts, shared with nobody; some mention the same numbers."""
    for n in range(50):
        case = stories.case(cast, handling=handling, handling_code=handling, title=f"Hidden case {n}")
        if n % 5 == 0:
            stories.proceeding(cast, "INVESTIGATE", case)
            stories.transfer(cast, "APPROVED", case)
            stories.lead(cast, handling_code=handling)


@pytest.mark.parametrize("who", ASKED)
def test_fifty_invisible_cases_change_no_byte(cast, who):
    assert who in EVERYBODY
    things = stage(cast)
    with time_machine.travel(timezone.now(), tick=False):
        before = everything(cast, who, things)
        fifty_cases(cast, "H3")
        after = everything(cast, who, things)
    assert len(before) > 5
    differing = [name for name in before if before[name] != after[name]]
    assert differing == []


# Nobody but those it names: not the colleague, his chief's deputy or the account administrator of the organ, not who
# shares the case, not who handles its transfer, not the centre, not who watches the journal.
UNNAMED = ["customs.lead", "customs.admin", "commerce.head", "antismuggling.lead", *CENTRE, "auditor"]


@pytest.mark.parametrize("who", UNNAMED)
def test_fifty_sealed_letters_about_his_own_case_change_no_byte(cast, who):
    things = stage(cast)
    with time_machine.travel(timezone.now(), tick=False):
        before = everything(cast, who, things)
        for n in range(50):
            stories.sealed(cast, ["HEAD_DECISION", "RECEIVED"][n % 2], things["case"])
        after = everything(cast, who, things)
    differing = [name for name in before if before[name] != after[name]]
    assert differing == []
