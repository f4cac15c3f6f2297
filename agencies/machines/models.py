"""Machines (接入系统): systems of an agency that send leads. Keys are shown once and stored as digests."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def visible_to(self, actor: Actor) -> Self:
        """The security administrator sees every system, an agency administrator those of their agency."""
        if actor.has_role(Role.SECADMIN):
            return self
        if actor.has_role(Role.AGENCY_ADMIN):
            return self.filter(agency_id=actor.agency_id)
        return self.none()

    def reporting_for(self, source: str) -> list["ApiClient"]:
        """The systems for which this source is registered, in any agency, connected or not.

        Upper and lower case are one name, so that no name passes for another. There are few systems, and no lookup in
        a JSON list works on both databases.
        """
        name = source.casefold()
        return [one for one in self if name in {own.casefold() for own in one.sources}]


class ApiClient(models.Model):
    """One system of one agency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="machines")
    # Always read together with the key, so they need no table of their own.
    sources = models.JSONField(default=list, help_text="the source systems whose leads it writes and reads")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="machine_name_in_agency")]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """One key. Several may be valid at once, so that a system can change keys without interruption."""

    class Scope(models.TextChoices):
        LEADS_WRITE = "leads:write", _("send leads")
        LEADS_READ = "leads:read", _("read receipts of its own leads")
        CONTROLS_CHECK = "controls:check", _("ask what the control law says")

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.CharField(max_length=200, help_text="separated by one space")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.prefix

    @property
    def scope_words(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes.split()]

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= times.now()

    def is_live(self) -> bool:
        """Whether the key is neither revoked nor expired and its system is still connected."""
        return self.revoked_at is None and not self.is_expired and self.client.is_active
