"""Frozen packages that contain a fact of the case."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from cases.casefile.models import Act, ShipmentLeg
from cases.papers.resting import names_row

from .models import Package, Referral

S = Referral.State
VOID = (S.WITHDRAWN, S.REFUSED_INTERNAL)


def packages_on(row: Any, reader: Actor) -> Iterator[str]:
    """Packages with facts that contain the row.

    A freezing may be recorded later than it happened, so the time alone does not tell. A row that was changed before is
    taken as contained.
    """
    if isinstance(row, ShipmentLeg):  # a package has the declared route, not the legs
        return
    found = {}
    seen = Referral.objects.visible_to(reader).filter(case=row.case_id).exclude(state__in=VOID)
    packages = Package.objects.filter(referral__in=seen)
    for package in packages.select_related("referral").order_by("referral__created_at", "referral_id", "number"):
        contains = package.frozen_at >= row.created_at or row.version > 1 or names_row(package.content, row)
        if "items" in package.content and contains:
            found[package.referral_id] = package.referral
    if isinstance(row, Act):
        named = set(Referral.objects.filter(acts=row.pk).values_list("pk", flat=True))
        found = {pk: referral for pk, referral in found.items() if pk in named}
    for referral in found.values():
        words = {"kind": referral.get_kind_display(), "number": referral.number}
        yield (_("Package: %(kind)s %(number)s") % words).strip()
