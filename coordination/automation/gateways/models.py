"""Gateways (单向网闸): networks from which reports arrive as signed packages, and receipts go back as packages."""

import uuid
from typing import Any, Self

from django.db import models

from agencies.kernel.actor import Actor, Role
from agencies.machines.models import ApiClient


class GatewayQuerySet(models.QuerySet["Gateway"]):
    def visible_to(self, actor: Actor) -> Self:
        """The system administrator sees every gateway, an agency administrator those of their agency."""
        if actor.is_system or actor.has_role(Role.SYSADMIN):
            return self
        if actor.has_role(Role.AGENCY_ADMIN):
            return self.filter(client__agency_id=actor.agency_id)
        return self.none()


class Gateway(models.Model):
    """A connected system without a connection. `public_key` is its Ed25519 key (PEM), which signs its packages."""

    client = models.OneToOneField(ApiClient, on_delete=models.PROTECT, related_name="gateway")
    public_key = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GatewayQuerySet.as_manager()

    def __str__(self) -> str:
        return self.client.name

    @property
    def missing(self) -> list[int]:
        """The numbers of packages that have not arrived although later ones have."""
        taken = set(self.packages.values_list("sequence", flat=True))
        return sorted(set(range(1, max(taken, default=0))) - taken)


class GatewayPackageQuerySet(models.QuerySet["GatewayPackage"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(gateway__in=Gateway.objects.visible_to(actor))


class GatewayPackage(models.Model):
    """A package that was taken in. `results` has an object for each report, in order, and for each file, as the receipt
    repeats them: without contents, so that administrators may see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="packages")
    sequence = models.PositiveIntegerField(help_text="given by the sender: 1, 2, 3 …")
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    results: Any = models.JSONField(default=list)

    objects = GatewayPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["gateway", "sequence"], name="gateway_package_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.sequence}"

    @property
    def counts(self) -> dict[str, int]:
        """Reports and files by result: new, revised, unchanged, stale, file, refused."""
        found: dict[str, int] = {}
        for one in self.results:
            effect = "refused" if one["status"] >= 400 else one.get("effect", "file")
            found[effect] = found.get(effect, 0) + 1
        return found
