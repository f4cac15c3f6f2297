"""The API answers as its schema says, for requests generated from the schema.

`make fuzz` tries many, `.ci/run` fewer, `make test` a sample: FUZZ_CASES is the number, FUZZ_SEED repeats a run. Each
case runs under a savepoint, so all of them have the same data.
"""

import itertools
import json
import os
import random
import warnings
from collections import Counter, defaultdict
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as limits
from schemathesis import GenerationMode, openapi
from schemathesis.core.failures import Failure, FailureGroup

from agencies.kernel.actor import SYSTEM
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from agencies.people.models import User
from coordination.api.schema import document
from tests import stories

pytestmark = pytest.mark.both_databases  # requests generated from the schema, 250 for each database

SAMPLE = 30
CASES = int(os.environ.get("FUZZ_CASES", SAMPLE))
SEED = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(10**6)))

# Probes that send requests of their own, and checks done more precisely here (`refused_for_shape`).
NOT_RUN = {
    "positive_data_acceptance", "unsupported_method", "ignored_auth", "use_after_free", "ensure_resource_availability",
    "allow_header_conformance", "max_response_time", "missing_required_header",
}  # fmt: skip
# Codes of errors that the schema itself excludes. All others depend on the database, the calendar, other fields of the
# same request, or general rules on characters.
OF_SHAPE = {
    "required", "null", "blank", "type", "invalid", "unknown", "unknown_parameter", "max_length", "min_length", "empty",
    "not_a_list", "json", "object",
}  # fmt: skip
PEOPLE = (
    "customs.officer", "customs.lead", "customs.head", "antismuggling.officer", "commerce.officer", "commerce.head",
    "centre.coordinator", "customs.admin",
)  # fmt: skip
MACHINE = "machine"
MOSTLY = 0.9
SCHEMAS: dict[str, Any] = {}  # of the components, by name


@pytest.fixture(autouse=True)
def _one_connection():
    """Like Django's own test client: the end of a request leaves the connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class World:
    """One object of every resource, the callers, and the objects that each of them sees."""

    def __init__(self, cast: Any) -> None:
        for maker in (
            stories.lead, stories.shared_case, stories.transfer, stories.supervision, stories.assistance, stories.task,
            stories.note, stories.incoming, stories.lot, stories.correction, stories.rule_set, stories.listing,
            stories.suspect, stories.paper, stories.confidential, stories.instruction, stories.agency_opinion,
            stories.conference, stories.decided, stories.property_measure, stories.reminder, stories.saved_view,
            stories.recorded_step, stories.rule_change, stories.demand, stories.conversion, stories.attachment,
            stories.file_for_prosecution, stories.declared, stories.campaign, stories.major_case, stories.bulletin,
            stories.threshold, stories.typical_case, stories.exporter, stories.stop, stories.match, stories.release,
            stories.query_on_case, stories.identification, stories.licence, stories.review, stories.inspection,
            stories.certificate, stories.risk_finding, stories.end_use, stories.circular, stories.uploaded_import,
        ):  # fmt: skip
            maker(cast)
        stories.measure(cast, stories.suspect(cast))
        key = self._key()
        assert [name for name, one in RESOURCES.items() if not one.model.objects.exists()] == []
        self.cast = cast
        self.callers = {MACHINE: {"headers": {"Authorization": f"Bearer {key}", "Accept-Language": "en"}}}
        self.callers |= {name: self._session(cast, name) for name in PEOPLE if self._is_there(name)}
        self._seen: dict[tuple[str, str], list[Any]] = {}

    def _key(self) -> str:
        scopes = ["leads:write", "leads:read", "stops:pull", "reference:read", "figures:read"]
        return create_key("fuzz", Agency.objects.get(code="GACC"), scopes, actor=SYSTEM).text

    def _is_there(self, name: str) -> bool:
        return User.objects.filter(username=name).exists()

    def _session(self, cast: Any, name: str) -> dict[str, Any]:
        token = "a" * 32
        session = cast.browser(name).cookies[settings.SESSION_COOKIE_NAME].value
        return {
            "headers": {"X-CSRFToken": token, "Accept-Language": "en"},
            "cookies": {settings.CSRF_COOKIE_NAME: token, settings.SESSION_COOKIE_NAME: session},
        }

    def things(self, caller: str, resource: str) -> list[Any]:
        """The visible objects of a resource."""
        if caller == MACHINE or resource not in RESOURCES:
            return []
        if (caller, resource) not in self._seen:
            registered = RESOURCES[resource]
            seen = registered.model.objects.visible_to(self.cast[caller]).select_related(*registered.related)
            self._seen[caller, resource] = list(seen[:50])
        return self._seen[caller, resource]

    def caller_for(self, case: Any, pick: random.Random) -> str:
        """Mostly a caller who sees something of the requested resource, sometimes any."""
        parts = case.operation.path.split("/")
        seeing = [one for one in self.callers if "{id}" in parts and self.things(one, parts[3])]
        return pick.choice(seeing if seeing and pick.random() < MOSTLY else list(self.callers))


def contract() -> dict[str, Any]:
    """The schema without authentication, which the callers provide."""
    copy: dict[str, Any] = json.loads(json.dumps(document("en")))
    copy.pop("security", None)
    for operations in copy["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    SCHEMAS.update(copy["components"]["schemas"])
    return copy


def aimed(case: Any, world: World, caller: str, pick: random.Random) -> None:
    """Points a case at an existing object and its version, unless the case tests invalid values."""
    parts = case.operation.path.split("/")
    if "{id}" not in parts:
        return
    resource, verb = parts[3], parts[5] if len(parts) > 5 else ""
    found = world.things(caller, resource)
    registered = RESOURCES.get(resource)
    if registered and verb in registered.verbs:
        found = [one for one in found if verb in registered.workflow_of(one).open_to(world.cast[caller], one)] or found
    if not found or not keeps(case, "path_parameters"):
        return
    thing = pick.choice(found)
    case.path_parameters["id"] = str(thing.pk)
    if keeps(case, "headers") and case.headers is not None and pick.random() < MOSTLY:
        case.headers["If-Match"] = f'"{thing.version}"'
    if isinstance(case.body, dict) and "version" in case.body and keeps(case, "body"):
        case.body["version"] = thing.version


def keeps(case: Any, part: str) -> bool:
    """Whether the schema allows this part of the case."""
    component = {str(key).rsplit(".", 1)[-1].lower(): one for key, one in case.meta.components.items()}
    name = {"path_parameters": "path"}.get(part, part)
    found = component.get(name) or component.get(part)
    return found is None or found.mode == GenerationMode.POSITIVE


def refused_for_shape(case: Any, answer: Any) -> str:
    """The error codes of a request whose shape the schema allows."""
    if answer.status_code != 400 or not all(keeps(case, part) for part in ("path_parameters", "query", "body")):
        return ""
    body = body_schema(case)
    wrong = [
        one
        for one in json.loads(answer.content).get("errors", [])
        if one["code"] in OF_SHAPE and is_told(one, body, case)
    ]
    return "; ".join(f"{one['pointer']}: {one['code']} {one['detail']}" for one in wrong)


def is_told(error: dict[str, str], body: dict[str, Any], case: Any) -> bool:
    """Whether the schema alone decides this error. Not for dependencies between fields, for texts without a field, and
    for an action with different fields in different tables."""
    name = error["pointer"].removeprefix("/").split("/")[0]
    if name not in body.get("properties", {}):
        return name in (case.query or {})
    return error["code"] != "required" or name in body.get("required", [])


def body_schema(case: Any) -> dict[str, Any]:
    for sent in case.operation.definition.raw.get("requestBody", {}).get("content", {}).values():
        schema: dict[str, Any] = sent["schema"]
        if "$ref" in schema:
            schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]
        return schema
    return {}


def breaches(case: Any, answer: Any) -> list[str]:
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    found = []
    try:
        case.validate_response(answer, excluded_checks=[one for one in CHECKS.get_all() if one.__name__ in NOT_RUN])
    except FailureGroup as several:
        found += [f"{one.title}: {one.message}" for one in several.exceptions]
    except Failure as one:
        found.append(f"{one.title}: {one.message}")
    if answer.status_code >= 500:
        found.append(f"the server failed with {answer.status_code}")
    if shape := refused_for_shape(case, answer):
        found.append(f"allowed by the schema, refused for its shape: {shape}")
    return found


@pytest.mark.slow
def test_every_answer_to_a_request_of_the_schema_agrees_with_it(cast):
    print(f"FUZZ_SEED={SEED} FUZZ_CASES={CASES}")  # noqa: T201 - a failed run is repeated by it
    world, pick = World(cast), random.Random(SEED)
    schema = openapi.from_dict(contract())
    schema.app = get_wsgi_application()
    schema.config.update(base_url="http://localhost")
    operations = [one.ok() for one in schema.get_all_operations()]
    pick.shuffle(operations)
    found: dict[str, list[str]] = defaultdict(list)
    statuses: Counter[int] = Counter()

    def attack(operation: Any, mode: GenerationMode, most: int) -> None:
        @seed(SEED)
        @limits(
            max_examples=most,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def each(case: Any) -> None:
            caller = world.caller_for(case, pick)
            aimed(case, world, caller, pick)
            with atomic():
                answer = case.call(**world.callers[caller])
                transaction.set_rollback(True)
            statuses[answer.status_code] += 1
            for breach in breaches(case, answer):
                what = f"{operation.method.upper()} {operation.path} as {caller}, {mode.value}: {breach}"
                found[what].append(case.as_curl_command())

        each()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for operation in itertools.cycle(operations):
            if statuses.total() >= CASES:
                break
            attack(operation, GenerationMode.POSITIVE, 2)
            if operation.body or operation.query:
                attack(operation, GenerationMode.NEGATIVE, 1)
    print(dict(statuses))  # noqa: T201
    text = "\n\n".join(f"{what}\n  {curls[0]}" for what, curls in sorted(found.items()))
    assert not found, f"{len(found)} breaches, FUZZ_SEED={SEED}:\n{text}"
