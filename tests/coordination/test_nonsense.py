"""Invalid input in every address, filter and form is refused with the errors, never with an internal error."""

import itertools
import json

import pytest
from django.db import transaction

from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from tests import stories

from .in_process import InProcess
from .routes import every_route
from .test_route_matrix import may_knock, stage

pytestmark = pytest.mark.slow
LISTED = {name: resource.listing for name, resource in RESOURCES.items() if resource.listing}

AN_ID = "00000000-0000-4000-8000-000000000000"
NONSENSE = {
    "empty": "",
    "huge number": "9" * 400,
    "negative": "-1",
    "not a number": "1e309",
    "control characters": "a\x00b\x1b[31m\r\n\u202e",
    "emoji and lone marks": "👩‍👩‍👧‍👦\u0301\ufeff𓂀",
    "SQL": "'; DROP TABLE casefile_case; --",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}%(x)s%s{}",
    "nobody's id": AN_ID,
    "half an id": AN_ID[:20],
    "edge of the calendar": "0001-01-01T00:00:00+14:00",
    "long": "案" * 10_000,
}
# Parameters that pages read besides the filters of their list.
BESIDE = {
    *(
        "sort",
        "after",
        "before",
        "size",
        "tab",
        "queue",
        "case",
        "q",
        "resource",
        "id",
        "verb",
        "person",
        "event",
        "print",
    ),
    *("all", "week", "month", "from", "to", "page", "since", "name", "kind", "state", "agency", "date", "on", "rule"),
    *("start", "happened_at", "length", "unit", "until", "year", "add", "step", "form"),
}
TYPED = ("huge number", "control characters", "emoji and lone marks", "markup", "edge of the calendar", "long")


def asked_everything():
    filters = {name for one in LISTED.values() for name in one.filters.base_filters}
    return sorted(BESIDE | filters)


def asking(cast, who):
    """Clients in turn: every fifth request over HTTP, of each kind in turn, and the others in process."""
    return itertools.cycle([cast.browser(who), *[InProcess(cast.user(who), cast[who])] * 4])


def ask(client, method, route, things, given):
    if isinstance(client, InProcess):
        return client.ask(route, method, things, data=given)
    return getattr(client, method)(route.url(things), given)


def all_at_once(names, text, turn, most):
    """The text in every field, in each eighth of them in turn at full length: to write and read it takes as long as to
    answer."""
    return {name: text[: most if n % 8 == turn % 8 else 50] for n, name in enumerate(names)}


def taking_turns(routes, kinds):
    """Every route with a third of the kinds; three neighbouring routes, mostly of one resource, cover all kinds."""
    return [(route, kind) for n, route in enumerate(routes) for kind in kinds[n % 3 :: 3]]


@pytest.mark.parametrize("who", ["customs.head", "centre.coordinator", "auditor", "secadmin"])
def test_no_address_breaks_a_page(cast, who):
    things, clients = stage(cast), asking(cast, who)
    routes = [route for route in every_route() if may_knock(route, who) and route.permission != "public"]
    names = asked_everything()
    for n, (route, words) in enumerate(taking_turns(routes, list(NONSENSE))):
        answer = ask(next(clients), "get", route, things, all_at_once(names, NONSENSE[words], n, 400))
        assert answer.status_code < 500, (route.name, words)
        if answer.status_code == 400 and route.is_api:
            pointers = [error["pointer"].strip("/").split("/")[0] for error in json.loads(answer.content)["errors"]]
            assert set(pointers) <= set(names), (route.name, pointers)


@pytest.mark.parametrize("resource", LISTED)
def test_each_filter_of_each_list_takes_it_or_names_itself(cast, resource):
    stories.shared_case(cast)
    clients = asking(
        cast, "customs.head" if RESOURCES[resource].permission.allows(cast["customs.head"]) else "sysadmin"
    )
    for name, words in itertools.product([*LISTED[resource].filters.base_filters, "sort", "after"], NONSENSE):
        answer = next(clients).get(f"/api/v1/{resource}/", {name: NONSENSE[words]})
        assert answer.status_code in (200, 400), (name, words)
        if answer.status_code == 400:
            assert f"/{name}" in [error["pointer"] for error in json.loads(answer.content)["errors"]], (name, words)


MODELS = {resource.model for resource in RESOURCES.values()}


@pytest.mark.parametrize("who", ["customs.officer", "customs.head", "antismuggling.head"])
def test_no_answer_to_a_form_breaks_it(cast, who):
    """Each field gets each kind of invalid value in turn, together with others in the other fields."""
    things, clients = stage(cast), asking(cast, who)
    for thing in {thing.pk: thing for thing in things.values() if type(thing) in MODELS}.values():
        resource = resource_of(thing)
        workflow = resource.workflow_of(thing)
        for verb, turn in itertools.product(workflow.transitions, range(0, len(TYPED), 3)):
            fields = workflow.transitions[verb].all_fields()
            typed = {ask.name: NONSENSE[TYPED[(n + turn) % len(TYPED)]] for n, ask in enumerate(fields)}
            with atomic():
                answer = next(clients).post(
                    f"/{resource.name}/{thing.pk}/do/{verb}/", typed | {"version": str(thing.version)}
                )
                transaction.set_rollback(True)
            assert answer.status_code in (302, 400, 403, 404, 409), (resource.name, verb, turn)
