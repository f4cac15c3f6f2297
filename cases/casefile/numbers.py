"""Case numbers of the centre: year and permuted serial, so that hidden cases cannot be counted."""

import hashlib
import secrets
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from agencies.kernel.work import atomic

from .models import CaseNumbers

HALF = 1000  # the serial is two digits of base 1000
ROUNDS = 6
CAPACITY = HALF * HALF


def next_case_number(at: datetime) -> str:
    """Returns the next number of the year of `at` (Shanghai time), e.g. EC-2026-604718.

    Raises OverflowError after a million numbers in a year.
    """
    year = timezone.localtime(at).year
    with atomic():
        series, _ = CaseNumbers.objects.get_or_create(year=year, defaults={"key": secrets.token_hex(16)})
        CaseNumbers.objects.filter(pk=series.pk).update(last=F("last") + 1)  # takes the row lock
        series.refresh_from_db(fields=["last"])
    if series.last >= CAPACITY:
        raise OverflowError(f"all case numbers of {year} are used")
    return f"EC-{year}-{permute(series.last, series.key):06d}"


def permute(serial: int, key: str) -> int:
    """A keyed permutation of 0..999,999: a Feistel network over base-1000 digits."""
    left, right = divmod(serial, HALF)
    for turn in range(ROUNDS):
        mixed = hashlib.sha256(f"{key}/{turn}/{right}".encode()).digest()
        left, right = right, (left + int.from_bytes(mixed[:4])) % HALF
    return left * HALF + right
