"""Requests that need a second person, over JSON: rights, starting a password, drawing its code, who signs in.

Setting the password remains a page: the account holder has neither session nor key at that time.
"""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    UUIDField,
)

from agencies.confirmations import enrolling
from agencies.confirmations.access import declarable_agencies, require_rights_permission
from agencies.confirmations.actions import declare_sign_in, request_rights
from agencies.confirmations.models import Confirmation
from agencies.confirmations.shapes import HeldShape
from agencies.kernel.action_fields import field_errors
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import ACCOUNTS, ACTING
from agencies.kernel.resource import RESOURCES
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.people.forms import FIELDS_OF_CHANGE, RightsForm
from agencies.people.models import POSTS, User
from agencies.people.rights import OF_HELD, rights_of

from . import shapes
from .operations import Call, get, post
from .versions import require_version

MOST_ID = 2**63 - 1
ConfirmationRow = shapes.row_of(RESOURCES["confirmations"])


class StartInput(Strict):
    reason = CharField(max_length=4000, help_text=_("The second person reads it before confirming."))


class DeclareInput(Strict):
    """`agency` is the code of the agency. The declaration must differ from the present setting."""

    agency = CharField(max_length=20)
    signs_in = BooleanField()
    paper = CharField(max_length=200, help_text=_("Number of the agency's paper"))
    starts_on = DateField(help_text=_("Today or later. Earlier records remain closed to others."))
    reason = CharField(max_length=4000, required=False, allow_blank=True)


class DrawInput(Strict):
    version = IntegerField(min_value=1, required=False)


class RightsInput(Strict):
    """`operation` decides which other fields are required. `held` is the id of the right that is changed or ended."""

    operation = ChoiceField(choices=list(FIELDS_OF_CHANGE))
    held = IntegerField(min_value=1, max_value=MOST_ID, required=False)
    role = CharField(max_length=14, required=False)
    post = ChoiceField(choices=list(POSTS), required=False)
    unit = CharField(max_length=20, required=False)
    until = DateField(required=False, allow_null=True, help_text=_("Empty: no end date."))
    document = CharField(max_length=200, required=False, allow_blank=True)
    reason = CharField(max_length=4000, help_text=_("The second person reads it before confirming."))


class HeldRightsShape(Shape):
    rights = HeldShape(many=True)


class StartedShape(Shape):
    """The link is shown once and not stored. A repeated request gets null; the caller then has to withdraw the
    request."""

    id = UUIDField()
    version = IntegerField()
    state = ChoiceField(choices=Confirmation.State.choices)
    expires_at = DateTimeField()
    link = CharField(allow_null=True)


class CodeShape(Shape):
    """The code is shown once and not stored. A repeated request gets null; the caller then has to make a new
    request."""

    id = UUIDField()
    code = CharField(allow_null=True)


def found_account(call: Call, pk: UUID) -> User:
    """Raises Http404 for an account that the caller may not see."""
    person = User.objects.visible_to(call.actor).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _requested(call: Call, pk: str) -> Confirmation:
    """The request that was made, with its address and ETag for the answer. Raises Http404."""
    found: Confirmation = call.find("confirmations", pk)
    call.locate(found)
    call.tag(found.version)
    return found


def _started(call: Call, pk: str) -> Any:
    found = _requested(call, pk)
    fields = {name: getattr(found, name) for name in ("version", "state", "expires_at")}
    return {"id": found.pk, "link": call.once.get("link"), **fields}


@post(
    "accounts/<uuid:pk>/password/",
    "start_password",
    _("Reset the password"),
    _(
        "Asks a second person to confirm a new password for an account. The caller gets the link, "
        "the second person the code; only the account holder can use both, on the page of the link, "
        "within 24 hours."
    ),
    permission=ACCOUNTS,
    tag="confirmations",
    accepts=StartInput,
    answers=StartedShape,
    statuses=(201,),
    tagged=True,
    then=_started,
)
def start_password(call: Call, pk: UUID) -> list[Any]:
    """Starts a first sign-in or a new password of an account."""
    person = found_account(call, pk)
    enrolling.require_reset_permission(person, call.actor)
    made, link = enrolling.start(person, actor=call.actor, **call.given)
    call.once["link"] = call.request.build_absolute_uri(enrolling.address_of(link))
    return [made.pk]


@get(
    "accounts/<uuid:pk>/rights/",
    "read_rights",
    _("Rights of an account"),
    _("All roles and offices that an account has now."),
    permission=ACCOUNTS,
    tag="confirmations",
    answers=HeldRightsShape,
)
def rights(call: Call, pk: UUID) -> Any:
    return {"rights": rights_of(found_account(call, pk))}


@post(
    "accounts/<uuid:pk>/rights/",
    "request_rights",
    _("Request a change of rights"),
    _(
        "Requests a change of roles or offices. It has no effect before a second person has confirmed it: the "
        "responsible person of the agency for roles, that of the superior agency for offices."
    ),
    permission=ACCOUNTS,
    tag="confirmations",
    accepts=RightsInput,
    answers=ConfirmationRow,
    statuses=(201,),
    tagged=True,
    then=_requested,
)
def change_rights(call: Call, pk: UUID) -> list[Any]:
    person = found_account(call, pk)
    require_rights_permission(person, call.actor)
    body = dict(call.given)
    operation, held = body.pop("operation"), body.pop("held", None)
    require_rights_permission(person, call.actor, operation)
    form = RightsForm(body, operation=operation, person=person, actor=call.actor)
    unknown = form.unknown() | ({"held"} if held and operation not in OF_HELD else set())
    errors = [FieldError(f"/{name}", "unknown", str(_("This change has no such field."))) for name in unknown]
    if operation in OF_HELD and not held:
        errors.append(FieldError("/held", "required", str(_("This field is required."))))
    if not form.is_valid() or errors:
        raise Invalid([*errors, *field_errors(form)])
    more: dict[str, Any] = {"held": held} if held else {}
    return [request_rights(person, operation, actor=call.actor, **more, **form.cleaned_data).pk]


def _code(call: Call, pk: str) -> Any:
    found = call.find("confirmations", pk)
    call.tag(found.version)
    return {"id": found.pk, "code": call.once.get("code")}


@post(
    "confirmations/<uuid:pk>/code/",
    "draw_code",
    _("Show the code"),
    _("The code for a new password, shown once to the person who confirmed it as the second person."),
    permission=ACTING,
    accepts=DrawInput,
    answers=CodeShape,
    versioned=True,
    then=_code,
)
def draw_code(call: Call, pk: UUID) -> list[Any]:
    found = call.find("confirmations", pk)
    require_version(call.request, call.given, found.version)
    call.once["code"] = enrolling.draw_code(found, actor=call.actor)
    return [found.pk]


@post(
    "confirmations/sign-in/",
    "declare_sign_in",
    _("Declare whether an agency uses the system"),
    _(
        "Asks a second person to confirm that an agency uses the system from a given day, or no longer "
        "does, based on a numbered paper. It takes effect on confirmation."
    ),
    permission=ACCOUNTS,
    accepts=DeclareInput,
    answers=ConfirmationRow,
    statuses=(201,),
    tagged=True,
    then=_requested,
)
def sign_in(call: Call) -> list[Any]:
    """Declares from which day an agency signs in, or that it no longer does."""
    agencies = declarable_agencies(call.actor)
    body = dict(call.given)
    agency = agencies.filter(code=body.pop("agency")).first()
    if agency is None:
        detail = _("Send the code of an agency for which you may declare this.")
        raise Invalid.field("agency", "choice", str(detail))
    return [declare_sign_in(agency, actor=call.actor, **body).pk]
