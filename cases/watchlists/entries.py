"""The entries that name parties, as this process keeps them: for the control law and for screening."""

from time import monotonic

from django.conf import settings

from cases.casefile.identifiers import normalize_identifier
from cases.controls.parties import ListEntry

from .models import Listing, WatchList

LAW = (WatchList.CONTROL, WatchList.WATCH, WatchList.UNRELIABLE)


class _InUse:
    """The entries of this process and when they were read."""

    entries: list[ListEntry] = []
    read_at = 0.0


def entries() -> list[ListEntry]:
    """The latest version of every entry that lists a name, whenever it is valid. The same list until one changes.

    A process reads them again after a change of its own, and as often as the control law.
    """
    every = settings.CONTROL_RULES_CHECK_SECONDS
    if not _InUse.read_at or (every and monotonic() - _InUse.read_at > every):
        found, _InUse.read_at = _read(), monotonic()
        if found != _InUse.entries:
            _InUse.entries = found
    return _InUse.entries


def forget() -> None:
    """Lets the next question read the entries again."""
    _InUse.read_at = 0.0


def _read() -> list[ListEntry]:
    return [
        ListEntry(
            code=row.code,
            watch_list=row.watch_list,
            names=row.names,
            numbers=tuple(normalize_identifier(value) for _scheme, value in row.identifiers),
            begins=row.effective_from,
            ends=row.effective_to,
            number=row.number,
            addresses=tuple(row.addresses),
            country=row.country,
            suspended_from=row.suspended_from,
            suspended_until=row.suspended_until,
            binds=row.watch_list in LAW,
        )
        for row in Listing.objects.current_versions().names().order_by("code")
    ]
