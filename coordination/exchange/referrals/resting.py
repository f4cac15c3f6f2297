"""Frozen packages that contain a fact of the case."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from cases.casefile.models import Act

from .models import Package, Referral

S = Referral.State
VOID = (S.WITHDRAWN, S.REFUSED_INTERNAL)


def packages_on(row: Any, reader: Actor) -> Iterator[str]:
    """Packages frozen since the row exists. They contain all rows of the case at that time."""
    frozen = Package.objects.filter(referral__case=row.case_id, frozen_at__gte=row.created_at)
    found = Referral.objects.filter(pk__in=frozen.filter(content__has_key="items").values("referral"))
    if isinstance(row, Act):
        found = found.filter(acts=row.pk)
    seen = set(Referral.objects.visible_to(reader).filter(case=row.case_id).values_list("pk", flat=True))
    for referral in found.exclude(state__in=VOID).order_by("created_at", "pk"):
        words = {"kind": referral.get_kind_display(), "number": referral.number}
        named = _("Package: %(kind)s %(number)s") % words
        yield named.strip() if referral.pk in seen else _("a package of another agency")
