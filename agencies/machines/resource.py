"""Systems as a resource: news of their keys, and one system over the API. Their list is a page of its own."""

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, DateTimeField, IntegerField, ListField

from agencies.kernel.permissions import MACHINES
from agencies.kernel.resource import Api, Notices, Resource, Summary
from agencies.kernel.shapes import READ_ONLY, Shape
from agencies.kernel.workflow import Workflow
from agencies.people.shapes import ModelShape

from .models import ApiClient


class KeyShape(Shape):
    """A key without its secret. `networks` empty: any network."""

    id = IntegerField()
    prefix = CharField()
    scopes = CharField()
    networks = ListField(child=CharField())
    is_test = BooleanField()
    created_at = DateTimeField()
    expires_at = DateTimeField(allow_null=True)
    revoked_at = DateTimeField(allow_null=True)
    last_used_at = DateTimeField(allow_null=True)


class SystemShape(ModelShape):
    """A connected system and its keys."""

    agency = CharField(source="agency.code", **READ_ONLY)
    state = CharField(**READ_ONLY)
    keys = KeyShape(many=True, **READ_ONLY)


SYSTEM = Resource(
    name="systems",
    kind="machine",
    model=ApiClient,
    page="machine",
    label=_("System"),
    plural=_("Systems"),
    workflows=(Workflow("system", ApiClient.State, {}, {}, final=frozenset(ApiClient.State)),),
    actions={},
    related=("agency",),
    permission=MACHINES,
    is_corrected=False,
    summary=Summary(title="name"),
    notices=Notices(reminds=("key_ends",)),
    api=Api(row=("version", "name", "agency", "state", "sources", "created_at", "keys"), shape=SystemShape),
    sentences={
        ("machine", "create_key"): _("issued a key"),
        ("machine", "limit_key"): _("changed the limits of a key"),
        ("machine", "revoke_key"): _("revoked a key"),
        ("machine", "take_package"): _("took in a package of a gateway"),
        ("machine", "key_ends"): _("reminds that a key of this system ends soon"),
    },
)
