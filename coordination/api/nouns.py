"""Lists, objects and actions of every noun of the register."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import django_filters
from django.http import Http404
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.journal.transitions import describe_last_event
from agencies.kernel import times
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.json_input import unreadable_text
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, Permission, scope_or
from agencies.kernel.problems import escaped
from agencies.kernel.resource import RESOURCES, Addition, Listing, Resource, resource_of
from agencies.kernel.workflow import Button, Transition, Workflow
from coordination.actions.performing import ActionResult
from coordination.actions.undo import SECONDS, answers_of, is_open_to
from coordination.workspace.lateness import causes_of

from . import shapes
from .inputs import refuse_empty, refuse_unknown, thing_url
from .operations import OPERATIONS, Call, get, post
from .schema import filter_parameters, paging
from .versions import require_version


# Lists ---------------------------------------------------------------------------------------------------------------
def listed(resource: Resource, listing: Listing, call: Call) -> dict[str, Any]:
    # all deadlines of the agency's rows, not only those of the page
    rows = resource.model.objects.visible_to(call.actor)
    cut = listing.filters(call.query, rows, actor=call.actor).qs
    loaded = listing.loaded(cut, call.actor)
    page = page_of(loaded, call.query, sorts=listing.sorts, default=listing.default, size=call.size)
    results = shapes.answer_of(resource, page.items, call.actor, shapes.row_of(resource))
    if listing.has_deadlines:
        why = causes_of(page.items, call.actor)
        late = [{"late_because": why.get(thing.pk, "")} for thing in page.items]
        results = [{**row, **more} for row, more in zip(results, late, strict=True)]
    return call.paged(page, results)


def check_filters(listing: Listing, request: Request) -> None:
    """Checks the names without making the parameters of the schema for each request. The filters check their values;
    they ignore empty ones, because a form of a page sends all its fields."""
    filters = listing.filters.base_filters
    refuse_unknown(request.query_params, [*filters, "sort", "size", "after", "before"])
    texts = [name for name, one in filters.items() if isinstance(one, django_filters.CharFilter)]
    refuse_empty(request.query_params, [*(filters.keys() - texts), "sort", "size"])
    several = [name for name, one in filters.items() if isinstance(one, django_filters.MultipleChoiceFilter)]
    refuse_repeated(request.query_params, several)


def filters_of(listing: Listing) -> list[OpenApiParameter]:
    sorts = [sign + name for name in listing.sorts for sign in ("", "-")]
    sort = OpenApiParameter("sort", str, enum=sorts, description=_("“-” reverses the order."))
    return [*filter_parameters(listing.filters), sort, *paging(back=True)]


def described_list(resource: Resource, listing: Listing, schema: Any) -> dict[str, Any]:
    rows = schema.resolve_serializer(shapes.row_of(resource), "response").ref
    if listing.has_deadlines:
        rows = {"allOf": [rows, schema.resolve_serializer(shapes.LateShape, "response").ref]}
    link = {"type": ["string", "null"], "format": "uri"}
    page = {"results": {"type": "array", "items": rows}, "next": link, "previous": link}
    return {"type": "object", "properties": page, "required": list(page)}


# Objects -------------------------------------------------------------------------------------------------------------
def read(resource: Resource, call: Call, pk: UUID) -> dict[str, Any]:
    """The answer about one object, with the actions open to the caller."""
    thing = resource.find(call.actor, pk, loaded=True)
    [data] = shapes.answer_of(resource, [thing], call.actor, shapes.detail_of(resource))
    resource.opened(thing, call.actor)
    call.tag(thing.version)
    verbs = [offer(thing, button) for button in resource.buttons(call.actor, thing)]
    return {**data, "verbs": verbs, "links": _links(resource, thing)}


def named_resource(name: str) -> Resource:
    """The resource of an address. Raises Http404."""
    if name not in RESOURCES:
        raise Http404
    return RESOURCES[name]


def offer(thing: Any, button: Button) -> dict[str, str]:
    """An action that is open to the caller, in the shape of `VerbShape`."""
    return {"verb": button.verb, "words": str(button.words.button), "url": action_url(thing, button.verb)}


def action_url(thing: Any, verb: str) -> str:
    return reverse(f"api-{resource_of(thing).name}-{verb}", args=[thing.pk])


def _links(resource: Resource, thing: Any) -> dict[str, str]:
    verbs = reverse("api-verbs", args=[resource.name, thing.pk])
    links = {"self": thing_url(thing), "page": resource.url(thing), "verbs": verbs}
    if resource.name == "cases":
        links |= {name: f"{reverse(f'api-{name}')}?case={thing.pk}" for name in _on_case()}
    if "GET" in OPERATIONS.get(f"{resource.name}/<uuid:pk>/file/", {}):
        links["file"] = action_url(thing, "file")
    return links


def _on_case() -> list[str]:
    """The lists that can be limited to a case."""
    listings = {name: resource.listing for name, resource in RESOURCES.items() if resource.listing}
    return [name for name, listing in listings.items() if "case" in listing.filters.base_filters]


def described(resource: Resource, schema: Any) -> dict[str, Any]:
    """The answer about one object in the schema."""
    parts = (shapes.detail_of(resource), shapes.DetailShape)
    return {"allOf": [schema.resolve_serializer(part, "response").ref for part in parts]}


# Adding to a list ----------------------------------------------------------------------------------------------------
def _add(addition: Addition, call: Call) -> list[Any]:
    return [addition.add(actor=call.actor, **call.given).pk]


def _added(resource: Resource, shape: Any, call: Call, pk: str) -> Response:
    """The object as it is now."""
    thing = call.find(resource.name, pk, loaded=True)
    call.locate(thing)
    [data] = shapes.answer_of(resource, [thing], call.actor, shape)
    return Response(data)


# Actions -------------------------------------------------------------------------------------------------------------
Lines = list[tuple[Workflow, Transition]]  # the action in each table of the noun that has it


def _act(resource: Resource, verb: str, lines: Lines, call: Call, pk: UUID) -> dict[str, Any]:
    """What is performed, like the button on the page: the arguments of `perform`."""
    thing = resource.find(call.actor, pk)
    resource.require_actor(call.actor, thing, verb)
    given, files = _given(call.request, lines) if _asks_files(lines) else (call.answers, None)
    changed_by = partial(describe_last_event, resource.kind, thing.pk)
    named = partial(require_version, call.request, given, thing.version, changed_by=changed_by)
    data = {"version": thing.version} | given
    return {
        **{"resource": resource, "actor": call.actor, "thing": thing, "verb": verb},
        **{"data": data, "files": files, "strict": True, "precondition": named},
    }


def _done(resource: Resource, call: Call, created_in: str = "", created_pk: str = "") -> Response:
    if call.done:
        thing, created = call.done.thing, call.done.created
    else:
        thing, created = resource.find(call.actor, call.path["pk"]), None
        if created_in:
            created = RESOURCES[created_in].model.objects.visible_to(call.actor).filter(pk=created_pk).first()
    call.tag(thing.version)
    call.status = 201 if created else 200
    answer = {"id": thing.pk, "state": thing.state, "version": thing.version}
    if created:
        call.locate(created)
        answer["created"] = {"resource": resource_of(created).name, "id": created.pk, "url": thing_url(created)}
    return Response(answer | (_undo(resource, call.done, call.actor) if call.done else {}))


def _undo(resource: Resource, done: ActionResult, actor: Actor) -> dict[str, Any]:
    """What takes the action back, if the caller may do it."""
    if done.undo is None or not is_open_to(resource, actor, done.thing, done.undo):
        return {}
    fields = {field.name for field in resource.workflow_of(done.thing).transitions[done.undo[0]].fields}
    answers = {name: value for name, value in answers_of(done.undo).items() if name in fields}
    return {"undo": {"action": done.undo[0], "answers": answers, "until": times.now() + timedelta(seconds=SECONDS)}}


def _asks_files(lines: Lines) -> bool:
    return any(ask.kind == "file" for _table, line in lines for ask in line.fields)


def _given(request: Request, lines: Lines) -> tuple[dict[str, Any], Any]:
    """The texts and files of a form."""
    data: Any = request.data  # an object: the parser refuses everything else
    files = request.FILES
    kinds = {ask.name: ask.kind for _table, line in lines for ask in line.all_fields()}
    # A request without a body has no Content-Type, and then DRF gives a dict.
    texts = {name: values for name, values in data.lists() if name not in files} if data else {}
    wrong = (unreadable_text(f"/{escaped(name)}", text) for name, values in texts.items() for text in values)
    if errors := [error for error in wrong if error]:
        raise Invalid(errors)
    return {name: of_form(kinds.get(name, "text"), values) for name, values in texts.items()}, files


def of_form(kind: str, values: list[Any]) -> Any:
    """The value of a form's text: forms have no numbers and no booleans."""
    if kind == "choices":
        return values
    value = values[-1]
    if kind == "bool":
        return {"true": True, "false": False}.get(value, value)
    return int(value) if kind == "number" and value.isascii() and value.isdigit() and len(value) < 10 else value


def _of_machines(line: Transition) -> list[ActionField]:
    """What connected systems answer, and people do not."""
    return [replace(field, required=False) for field in line.asked_of_machines]


def _by_machines(lines: Lines) -> Iterator[str]:
    """What a key with the scope may do: one sentence, or one for each way with its tables if they differ."""
    ways = {line.machine for _table, line in lines}
    for way in dict.fromkeys(line.machine for _table, line in lines if line.machine):
        words = _("Systems act alone.") if way.alone else _("Systems may prepare it.")
        names = ", ".join(table.name for table, line in lines if line.machine == way)
        yield words if len(ways) == 1 else f"{names} ({way.scope}): {words}"


def _moves(lines: Lines) -> str:
    words = [
        _("%(table)s: from %(states)s to %(to)s.")
        % {"table": table.name, "states": ", ".join(sorted(line.sources)), "to": line.to or _("the same state")}
        for table, line in lines
    ]
    words += _by_machines(lines)
    if _asks_files(lines):
        words.append(_("Send a form (multipart/form-data): the scan is sent as a file."))
    return "\n".join(words)


_moves_in_language: Callable[[Lines], str] = lazy(_moves, str)


ANSWERS = {"row": shapes.row_of, "detail": shapes.detail_of}


# Declarations --------------------------------------------------------------------------------------------------------
def with_scopes(resource: Resource, scopes: Sequence[str]) -> Permission:
    """The permission of the noun, which systems with one of these scopes have too."""
    return scope_or(resource.permission, *scopes) if scopes else resource.permission


ANY_READER = scope_or(CASE_READER, *sorted({one for resource in RESOURCES.values() for one in resource.read_with}))


def _declare(resource: Resource) -> None:
    name, listing, permission = resource.name, resource.listing, with_scopes(resource, resource.read_with)
    if listing:
        get(
            *(f"{name}/", "list", gettext_lazy("List")),
            gettext_lazy("One page of what the caller may see, with the same filters as the list page."),
            permission=permission,
            query=partial(filters_of, listing),
            check=partial(check_filters, listing),
            describes=partial(described_list, resource, listing),
        )(partial(listed, resource, listing))
    if addition := resource.addition:
        shape = ANSWERS[addition.answers](resource) if addition.answers in ANSWERS else addition.answers
        post(
            *(f"{name}/", "send", addition.words, addition.help),
            permission=addition.permission,
            accepts=addition.accepts,
            answers=shape,
            statuses=(201,),
            then=partial(_added, resource, shape),
        )(partial(_add, addition))
    get(
        *(f"{name}/<uuid:pk>/", "read", gettext_lazy("Read one")),
        gettext_lazy("One object, with the actions available to the caller."),
        permission=permission,
        tagged=True,
        describes=partial(described, resource),
    )(partial(read, resource))
    for verb in resource.verbs:
        lines = [(table, table.transitions[verb]) for table in resource.workflows if verb in table.transitions]
        post(
            *(f"{name}/<uuid:pk>/{verb}/", verb, lines[0][0].labels[verb].button, _moves_in_language(lines)),
            permission=with_scopes(resource, sorted({one.machine.scope for _table, one in lines if one.machine})),
            answers=shapes.DoneShape,
            asks=[(*line.all_fields(), *_of_machines(line)) for _table, line in lines],
            form=_asks_files(lines),
            statuses=(200, 201),
            versioned=True,
            is_action=True,
            then=partial(_done, resource),
        )(partial(_act, resource, verb, lines))


for resource in RESOURCES.values():
    _declare(resource)
