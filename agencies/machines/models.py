"""Machines (接入系统): systems of an agency. Keys are shown once and stored as digests."""

import uuid
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency

SANDBOX = "sandbox"  # the source of every test key, and of no other


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
    """One system of one agency. `version` counts its changes and those of its keys."""

    class State(models.TextChoices):
        CONNECTED = "CONNECTED", _("Connected")
        DISABLED = "DISABLED", _("System disabled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
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

    def scopes_with(self, scope: str, *, since: datetime | None = None) -> frozenset[str]:
        """The scopes of its keys that have this one, as far as they are valid, or were valid after `since`."""
        after = since or times.now()
        keys = self.keys.filter(
            Q(revoked_at=None) | Q(revoked_at__gt=after), Q(expires_at=None) | Q(expires_at__gt=after)
        )
        found = [key.scopes.split() for key in keys] if self.is_active else []
        return frozenset(name for scopes in found if scope in scopes for name in scopes)

    @property
    def state(self) -> str:
        return self.State.CONNECTED if self.is_active else self.State.DISABLED


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self) -> Self:
        """Limits to keys that are neither revoked nor expired, of connected systems."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=times.now())
        return self.filter(unexpired, revoked_at=None, client__is_active=True)


class ApiKey(models.Model):
    """One key. Two may be valid at once, so that a system can change keys without interruption.

    `networks` are those that it may be used from, in CIDR notation; any if empty. Keys of before 1.1 may have no
    `expires_at`. What a test key sends is checked and answered, but not stored. `notified_days`: how long before its
    expiry the last notice was sent.
    """

    class Scope(models.TextChoices):
        LEADS_WRITE = "leads:write", _("send leads")
        LEADS_READ = "leads:read", _("read receipts of its own leads")
        EVENTS_READ = "events:read", _("read what happened to the objects that its other scopes show")
        CONTROLS_CHECK = "controls:check", _("ask what the control law says")
        STOPS_PULL = "stops:pull", _("read and confirm the stops addressed to its customs agency")
        SCREENING_CHECK = "screening:check", _("check names against the lists")
        REFERRALS_READ = "referrals:read", _("read the referrals that its agency received or sent")
        REFERRALS_RECEIVE = "referrals:receive", _("receive referrals in the name of the officer who signs")
        REFERRALS_ANSWER = "referrals:answer", _("prepare answers to referrals, which an officer signs")
        TASKS_READ = "tasks:read", _("read the tasks of its agency")
        TASKS_ANSWER = "tasks:answer", _("accept and answer tasks of its agency")
        CASES_READ = "cases:read", _("read the cases that its agency shares, except restricted ones")
        PAPERS_FILE = "papers:file", _("record incoming papers on these cases")
        REFERENCE_READ = "reference:read", _("read the reference lists")
        FIGURES_READ = "figures:read", _("read the figures of its agency")

    # A test key reads nothing of a case and writes nothing.
    OF_TESTS = frozenset({Scope.LEADS_WRITE, Scope.LEADS_READ, Scope.CONTROLS_CHECK, Scope.REFERENCE_READ})
    MOST_LIVE = 2  # of one system
    LONGEST = timedelta(days=365)

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.CharField(max_length=500, help_text="separated by one space")
    networks = models.JSONField(default=list, blank=True)
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    notified_days = models.PositiveSmallIntegerField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_address = models.CharField(max_length=50, blank=True, help_text="of an IPv6 address the network")

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.prefix

    @property
    def scope_words(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes.split()]

    @property
    def sources(self) -> list[str]:
        """The source systems for which it reports."""
        return [SANDBOX] if self.is_test else self.client.sources

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= times.now()

    @property
    def ends_soon(self) -> bool:
        """Whether a notice of its expiry was sent."""
        return self.notified_days is not None and self.is_live()

    def is_live(self) -> bool:
        """Whether the key is neither revoked nor expired and its system is still connected."""
        return self.revoked_at is None and not self.is_expired and self.client.is_active

    def allows_address(self, sent: str) -> bool:
        """Whether the key may be used from this address. An IPv4 address in an IPv6 one is that IPv4 address."""
        if not self.networks:
            return True
        try:
            address = ip_address(sent)
        except ValueError:
            return False  # a socket of this machine has no address
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in ip_network(network) for network in self.networks)


class KeyUse(models.Model):
    """How often a key called an operation with one status in one hour. Neither ids nor contents are kept."""

    KEPT = timedelta(days=7)

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="uses")
    hour = models.DateTimeField()
    method = models.CharField(max_length=7)
    route = models.CharField(max_length=200, help_text="the address without the ids in it")
    status = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "hour", "method", "route", "status"], name="key_use_of_an_hour")
        ]
        indexes = [models.Index(fields=["hour"], name="key_use_by_hour")]
