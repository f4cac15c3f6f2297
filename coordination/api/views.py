"""The view of every address of the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.kernel.errors import EncodedBody
from agencies.kernel.permissions import Permission, actor_of
from agencies.kernel.resource import resource_of
from agencies.kernel.work import atomic
from coordination.actions.performing import perform
from coordination.config.upload_scanning import scan_files_of

from .idempotency import REPLAYED, key_of, once
from .inputs import check_parameters
from .operations import OPERATIONS, Call, Operation, is_test
from .schema import OperationSchema

SAFE = ("GET", "HEAD", "OPTIONS")
SANDBOX_HEADER = "Sandbox"
METHODS = {"GET": ("get", "head"), "POST": ("post",)}


class ApiView(APIView):
    """The declared operations of one address, by method; `permissions` are theirs."""

    permission: Permission
    permissions: dict[str, Permission] = {}
    schema = OperationSchema()
    operations: dict[str, Operation] = {}
    resource = ""
    is_replay = False
    http_method_names = ["get", "head"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keeps Django's request: middleware reads the actor and the key of it after the answer."""
        super().setup(request, *args, **kwargs)
        self.received = request

    @property
    def operation(self) -> Operation | None:
        """That of the request; None for a method that the address does not have."""
        return self.operations.get("GET" if self.request.method == "HEAD" else self.request.method or "")

    @property
    def files(self) -> tuple[str, ...]:
        """The media types of files that it answers."""
        return self.operation.files if self.operation else ()

    def get_parsers(self) -> list[Any]:
        """An operation with a file accepts only a form (multipart/form-data), all others JSON."""
        if own := [parser() for one in self.operations.values() for parser in one.parsers]:
            return own
        if any(one.form for one in self.operations.values()):
            return [MultiPartParser()]
        return super().get_parsers()

    def perform_authentication(self, request: Request) -> None:
        """Before the permissions are checked, so that a refusal for a missing scope is counted too."""
        super().perform_authentication(request)
        self.received.auth = request.auth  # type: ignore[attr-defined]  # ours

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.received.actor = actor_of(request)  # type: ignore[attr-defined]  # ours
        operation = self.operation
        if request.query_params:
            if operation and operation.check:
                operation.check(request, **kwargs)
            else:
                check_parameters(request, operation.parameters if operation else ())
        if request.method in SAFE:
            return
        if operation is None or not operation.parsers:
            _refuse_encoded(request)
        key_of(request)  # refuses a malformed one
        if any(isinstance(parser, MultiPartParser) for parser in request.parsers or ()):
            scan_files_of(request, actor_of(request))

    def get(self, request: Request, **path: Any) -> Any:
        operation = self.operations["GET"]
        call = Call(request, operation.accepts, path)
        return _answered(operation, call, operation.do(call, **path))

    def post(self, request: Request, **path: Any) -> Any:
        """A repeat of a write is answered with what the caller may see now. Raises Http404 if that is nothing."""
        operation = self.operations["POST"]
        call = Call(request, operation.accepts, path)
        if operation.then is None:
            return _answered(operation, call, operation.do(call, **path))
        with undone_for_tests(request), once(request) as sent:
            self.is_replay = bool(sent.status)
            if not self.is_replay:
                found = operation.do(call, **path)
                if operation.is_action:  # performed here, so that few functions are between the view and the row
                    call.done = perform(**found)
                    created = call.done.created
                    found = [resource_of(created).name, created.pk] if created else []
                sent.made = [str(pk) for pk in found]
            response = _answered(operation, call, operation.then(call, *sent.made))
            response.status_code = sent.status = sent.status or call.status or operation.statuses[-1]
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.is_replay:
            response[REPLAYED] = "true"
        if request.method == "POST" and is_test(self.received):
            response[SANDBOX_HEADER] = "true"
        if self.operation and self.operation.deprecation:
            for name, value in self.operation.deprecation.headers.items():
                response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)


@contextmanager
def undone_for_tests(request: Request) -> Iterator[None]:
    """What a test key sends is done as everything else, answered, and undone before it is committed."""
    if not is_test(request):
        yield
        return
    with atomic():
        yield
        transaction.set_rollback(True)


def _refuse_encoded(request: Request) -> None:
    """A small compressed body may expand to many gigabytes; reports are small enough without compression."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise EncodedBody(_("Compressed bodies are not accepted: send it without Content-Encoding."))


def _answered(operation: Operation, call: Call, found: Any) -> Any:
    """The response with the data in the shape of the operation; a response of its own is kept."""
    if not isinstance(found, HttpResponseBase):
        shape: Any = operation.answers
        if isinstance(shape, list):
            found = shape[0](found, many=True).data
        elif isinstance(shape, type):
            found = shape(found).data
        found = Response(found)
    for name, value in call.headers.items():
        found[name] = value
    return found


def view_of(address: str) -> Any:
    """The view of the operations declared at an address."""
    declared = OPERATIONS[address]
    callers = [one.callers for one in declared.values() if one.callers]
    permissions = {method: one.permission for method, one in sorted(declared.items())}
    tags = [one.tag for one in declared.values() if one.tag]
    attributes = {
        "operations": declared,
        "permission": next(iter([*callers, *permissions.values()])),
        "permissions": permissions,
        "resource": tags[0] if tags else address.partition("/")[0],
        "http_method_names": [name for method in permissions for name in METHODS[method]],
    }
    view: Any = type("OperationView", (ApiView,), attributes)
    return view.as_view()
