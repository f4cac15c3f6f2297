"""Requests that need a second person, over JSON: rights, starting a password, drawing its code, who signs in.

Setting the password remains a page: the account holder has neither session nor key at that time.
"""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.confirmations import enrolling
from agencies.confirmations.access import declarable_agencies, require_rights_permission
from agencies.confirmations.actions import declare_sign_in, request_rights
from agencies.confirmations.models import Confirmation
from agencies.confirmations.shapes import HeldShape
from agencies.kernel.action_fields import field_errors
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import ACCOUNTS, ACTING, actor_of
from agencies.kernel.problems import etag
from agencies.kernel.resource import RESOURCES
from agencies.kernel.strict import Strict
from agencies.people.forms import FIELDS_OF_CHANGE, RightsForm
from agencies.people.models import POSTS, User
from agencies.people.rights import OF_HELD, rights_of

from . import shapes
from .versions import require_version
from .views import ApiView, created, validated

MOST_ID = 2**63 - 1


class StartInput(Strict):
    reason = serializers.CharField(max_length=4000, help_text=_("The second person reads it before confirming."))


class DeclareInput(Strict):
    """`agency` is the code of the agency. The declaration must differ from the present setting."""

    agency = serializers.CharField(max_length=20)
    signs_in = serializers.BooleanField()
    paper = serializers.CharField(max_length=200, help_text=_("Number of the agency's paper"))
    starts_on = serializers.DateField(help_text=_("Today or later. Earlier records remain closed to others."))
    reason = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class DrawInput(Strict):
    version = serializers.IntegerField(min_value=1, required=False)


class RightsInput(Strict):
    """`operation` decides which other fields are required. `held` is the id of the right that is changed or ended."""

    operation = serializers.ChoiceField(choices=list(FIELDS_OF_CHANGE))
    held = serializers.IntegerField(min_value=1, max_value=MOST_ID, required=False)
    role = serializers.CharField(max_length=14, required=False)
    post = serializers.ChoiceField(choices=list(POSTS), required=False)
    unit = serializers.CharField(max_length=20, required=False)
    until = serializers.DateField(required=False, allow_null=True, help_text=_("Empty: no end date."))
    document = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=4000, help_text=_("The second person reads it before confirming."))


class HeldRightsShape(shapes.Shape[Any]):
    rights = HeldShape(many=True)


class StartedShape(shapes.Shape[Any]):
    """The link is shown once and not stored. A repeated request gets null; the caller then has to withdraw the
    request."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Confirmation.State.choices)
    expires_at = serializers.DateTimeField()
    link = serializers.CharField(allow_null=True)


class CodeShape(shapes.Shape[Any]):
    """The code is shown once and not stored. A repeated request gets null; the caller then has to make a new
    request."""

    id = serializers.UUIDField()
    code = serializers.CharField(allow_null=True)


class ConfirmationView(ApiView):
    resource = "confirmations"

    def find(self, request: Request, pk: UUID) -> Confirmation:
        """Raises Http404 for a request that the caller may not see."""
        found: Confirmation = RESOURCES["confirmations"].find(actor_of(request), pk)
        return found

    def created(self, request: Request, made: Confirmation, answer: Any) -> Response:
        return created(request, made, answer, ETag=etag(made.version))


def found_account(request: Request, pk: UUID) -> User:
    """Raises Http404 for an account that the caller may not see."""
    person = User.objects.visible_to(actor_of(request)).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


class PasswordView(ConfirmationView):
    """Starts a first sign-in or a new password of an account."""

    permission = ACCOUNTS
    operations = {
        "POST": (
            "start_password",
            _("Reset the password"),
            _(
                "Asks a second person to confirm a new password for an account. The caller gets the link, "
                "the second person the code; only the account holder can use both, on the page of the link, "
                "within 24 hours."
            ),
        )
    }

    @extend_schema(request=StartInput, responses={201: StartedShape})
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        person = found_account(request, pk)
        enrolling.require_reset_permission(person, actor)
        made, link = enrolling.start(person, actor=actor, **validated(StartInput, request))
        address = request.build_absolute_uri(enrolling.address_of(link))
        return self.created(request, made, _started(made, address))

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        found = self.find(request, UUID(made[0]))
        return self.created(request, found, _started(found, None))


class RightsView(ConfirmationView):
    """The rights of an account, and requests to change them."""

    permission = ACCOUNTS
    operations = {
        "GET": ("read_rights", _("Rights of an account"), _("All roles and offices that an account has now.")),
        "POST": (
            "request_rights",
            _("Request a change of rights"),
            _(
                "Requests a change of roles or offices. It has no effect before a second person has confirmed it: the "
                "responsible person of the agency for roles, that of the superior agency for offices."
            ),
        ),
    }

    @extend_schema(responses=HeldRightsShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(HeldRightsShape({"rights": rights_of(found_account(request, pk))}).data)

    @extend_schema(request=RightsInput, responses={201: shapes.row_of(RESOURCES["confirmations"])})
    def post(self, request: Request, pk: UUID) -> Response:
        actor, person = actor_of(request), found_account(request, pk)
        require_rights_permission(person, actor)
        body = validated(RightsInput, request)
        operation, held = body.pop("operation"), body.pop("held", None)
        require_rights_permission(person, actor, operation)
        form = RightsForm(body, operation=operation, person=person, actor=actor)
        unknown = form.unknown() | ({"held"} if held and operation not in OF_HELD else set())
        errors = [FieldError(f"/{name}", "unknown", str(_("This change has no such field."))) for name in unknown]
        if operation in OF_HELD and not held:
            errors.append(FieldError("/held", "required", str(_("This field is required."))))
        if not form.is_valid() or errors:
            raise Invalid([*errors, *field_errors(form)])
        more: dict[str, Any] = {"held": held} if held else {}
        made = request_rights(person, operation, actor=actor, **more, **form.cleaned_data)
        return self.created(request, made, _shown(made))

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        found = self.find(request, UUID(made[0]))
        return self.created(request, found, _shown(found))


class CodeView(ConfirmationView):
    """Draws the code for the person who confirmed."""

    permission = ACTING
    versioned = True
    operations = {
        "POST": (
            "draw_code",
            _("Show the code"),
            _("The code for a new password, shown once to the person who confirmed it as the second person."),
        )
    }

    @extend_schema(request=DrawInput, responses=CodeShape)
    def post(self, request: Request, pk: UUID) -> Response:
        found, body = self.find(request, pk), validated(DrawInput, request)
        require_version(request, body, found.version)
        code = enrolling.draw_code(found, actor=actor_of(request))
        return self._answer(found, code)

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.find(request, UUID(made[0])), None)

    def _answer(self, found: Confirmation, code: str | None) -> Response:
        answer = CodeShape({"id": found.pk, "code": code}).data
        return Response(answer, headers={"ETag": etag(found.version)})


class SignInView(ConfirmationView):
    """Declares from which day an agency signs in, or that it no longer does."""

    permission = ACCOUNTS
    operations = {
        "POST": (
            "declare_sign_in",
            _("Declare whether an agency signs in"),
            _(
                "Asks a second person to confirm that an agency signs in from a given day, or no longer "
                "does, based on a numbered paper. It takes effect on confirmation."
            ),
        )
    }

    @extend_schema(request=DeclareInput, responses={201: shapes.row_of(RESOURCES["confirmations"])})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        agencies = declarable_agencies(actor)
        body = validated(DeclareInput, request)
        agency = agencies.filter(code=body.pop("agency")).first()
        if agency is None:
            detail = _("Send the code of an agency for which you may declare this.")
            raise Invalid.field("agency", "choice", str(detail))
        made = declare_sign_in(agency, actor=actor, **body)
        return self.created(request, made, _shown(made))

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        found = self.find(request, UUID(made[0]))
        return self.created(request, found, _shown(found))


def _started(made: Confirmation, link: str | None) -> Any:
    fields = {name: getattr(made, name) for name in ("version", "state", "expires_at")}
    return StartedShape({"id": made.pk, "link": link, **fields}).data


def _shown(made: Confirmation) -> Any:
    return shapes.row_of(RESOURCES["confirmations"])(made).data
