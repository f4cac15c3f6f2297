"""Gateways (单向网闸): networks from which reports arrive as signed packages, and receipts go back as packages."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Self

from django.db import models
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor, Role
from agencies.machines.models import ApiClient

SHOWN_GAPS = 20
RESULTS: dict[str, Any] = {
    "new": pgettext_lazy("report", "new"),
    "revised": pgettext_lazy("report", "revised"),
    "unchanged": pgettext_lazy("report", "unchanged"),
    "stale": pgettext_lazy("report", "older than known"),
    "file": pgettext_lazy("report", "files"),
    "refused": pgettext_lazy("report", "refused"),
}


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
    def gaps(self) -> list[range]:
        """The numbers of packages that have not arrived although later ones have, as ranges."""
        taken = self.packages.order_by("sequence").values_list("sequence", flat=True)
        return [range(before + 1, after) for before, after in pairwise([0, *taken]) if after > before + 1]

    @property
    def missing(self) -> list[int]:
        return [number for gap in self.gaps for number in gap]

    @property
    def missing_words(self) -> str:
        """The missing numbers as ranges, the lowest first; of many gaps only the first."""
        shown = [f"{gap[0]}–{gap[-1]}" if len(gap) > 1 else str(gap[0]) for gap in self.gaps[: SHOWN_GAPS + 1]]
        return ", ".join([*shown[:SHOWN_GAPS], *["…"] * (len(shown) > SHOWN_GAPS)])


class GatewayPackageQuerySet(models.QuerySet["GatewayPackage"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(gateway__in=Gateway.objects.visible_to(actor))


class GatewayPackage(models.Model):
    """A package that was taken in. `results` has an object for each report, in order, and for each file, as the receipt
    repeats them: without contents, so that administrators may see it. `counts` are its reports and files by result,
    see RESULTS."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="packages")
    sequence = models.PositiveIntegerField(help_text="given by the sender: 1, 2, 3 …")
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    results: Any = models.JSONField(default=list)
    counts: Any = models.JSONField(default=dict)

    objects = GatewayPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["gateway", "sequence"], name="gateway_package_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.sequence}"

    @property
    def counted(self) -> list[tuple[str, Any, int]]:
        """The results that occur, with their words and numbers."""
        return [(result, words, self.counts[result]) for result, words in RESULTS.items() if result in self.counts]


def count_results(results: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return dict(Counter("refused" if one["status"] >= 400 else one.get("effect", "file") for one in results))
