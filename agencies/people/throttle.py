"""Slows down guessing by growing delays per account, per address and per pair of both. It never locks an account.

An attempt is counted before it is made and taken back on success, so parallel attempts are limited too. The counts are
stored in the database, where all processes share them, independent of the cache. Names and addresses are stored as
keyed digests, because a typed name may be a password in the wrong field.

A browser in which the person has signed in before has a device cookie and its own count, so other people's guesses
cause no delay there. Elsewhere `RULES` limits the delays, and an administrator can end them (`clear_delays`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from secrets import token_hex
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from agencies.kernel import times
from agencies.kernel.errors import TooMany
from agencies.kernel.work import atomic

from .models import FailedAttempts

SALT = "agencies.people.throttle"
KEPT = timedelta(days=2)
OLD_AT_ONCE = 200
DEVICE_KEPT = timedelta(days=180)


@dataclass(frozen=True)
class ThrottleRule:
    """After `free` failures in a row the next attempt waits `first`, then twice as long each time, up to `longest`.

    Failures are forgotten if none was added for `forgotten_after`.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta
    is_personal: bool  # a success ends the count; a shared count is reduced by the one attempt

    def delay(self, failures: int) -> timedelta | None:
        if failures < self.free:
            return None
        doubled: timedelta = self.first * 2 ** min(failures - self.free, 20)
        return min(doubled, self.longest)


_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_OF_ONE_PERSON = ThrottleRule(5, 30 * _SECOND, 15 * _MINUTE, _HOUR, is_personal=True)
RULES: dict[str, ThrottleRule] = {
    "device": _OF_ONE_PERSON,
    "pair": _OF_ONE_PERSON,
    # A whole agency may share an address, and anyone may guess at an account, so these two stay short.
    "account": ThrottleRule(10, 5 * _SECOND, _MINUTE, 12 * _HOUR, is_personal=False),
    "address": ThrottleRule(20, _SECOND, 10 * _SECOND, _HOUR, is_personal=False),
    # The present password before a change; the code of a first or new password; keys of machines.
    "change": _OF_ONE_PERSON,
    "code": _OF_ONE_PERSON,
    "key": ThrottleRule(20, _SECOND, 10 * _SECOND, _HOUR, is_personal=False),
}


@dataclass(frozen=True)
class AttemptCount:
    """One count an attempt adds to. `about`, the digest of a name, groups what an administrator ends together."""

    kind: str
    subject: str
    about: str = ""

    @property
    def key(self) -> str:
        return _digest(f"{self.kind}\n{self.subject}")


@dataclass
class Attempt:
    """An accepted attempt, counted as failed until it succeeds.

    `delays` are the ends of the delays it started, by kind of count. `reached` are the kinds whose limit it reached.
    """

    counts: Sequence[AttemptCount]
    delays: dict[str, datetime] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)

    def succeed(self) -> None:
        with atomic():
            rows = _locked(_keys(self.counts))
            for count in self.counts:
                if count.key in rows:
                    self._take_back(count.kind, rows[count.key])

    def _take_back(self, kind: str, row: FailedAttempts) -> None:
        if RULES[kind].is_personal:
            row.delete()
            return
        row.failures = max(row.failures - 1, 0)
        if row.free_at == self.delays.get(kind):
            row.free_at = None
        row.save(update_fields=["failures", "free_at"])

    def refuse_if_delayed(self) -> None:
        """After a failure: raises TooMany if it started a delay, so that the answer says when to try again."""
        if self.delays:
            raise TooMany(max(self.delays.values()), times.now())


def begin(counts: Sequence[AttemptCount]) -> Attempt:
    """Counts an attempt. Raises TooMany during a delay; then nothing is counted or tried."""
    now = times.now()
    keys = _keys(counts)
    _refuse_delayed(FailedAttempts.objects.filter(key__in=keys), now)
    attempt = Attempt(counts)
    with atomic():
        _forget_old(now)
        FailedAttempts.objects.bulk_create(
            [FailedAttempts(key=count.key, about=count.about, last_at=now) for count in counts], ignore_conflicts=True
        )
        rows = _locked(keys)
        _refuse_delayed(rows.values(), now)
        for count in counts:
            _add(attempt, count.kind, rows[count.key], now)
    return attempt


def _locked(keys: Sequence[str]) -> dict[str, FailedAttempts]:
    """Returns the locked rows by key. The order is fixed, so that attempts cannot deadlock."""
    rows = FailedAttempts.objects.select_for_update().filter(key__in=keys).order_by("key")
    return {row.key: row for row in rows}


def _forget_old(now: datetime) -> None:
    old = FailedAttempts.objects.select_for_update(skip_locked=True).filter(last_at__lt=now - KEPT)
    if keys := list(old.values_list("pk", flat=True)[:OLD_AT_ONCE]):
        FailedAttempts.objects.filter(pk__in=keys).delete()


def _add(attempt: Attempt, kind: str, row: FailedAttempts, now: datetime) -> None:
    rule = RULES[kind]
    row.failures = 1 if now - row.last_at > rule.forgotten_after else row.failures + 1
    row.last_at = now
    delay = rule.delay(row.failures)
    row.free_at = None if delay is None else now + delay
    row.save(update_fields=["failures", "last_at", "free_at"])
    if row.free_at is not None:
        attempt.delays[kind] = row.free_at
    if row.failures == rule.free:
        attempt.reached.append(kind)


def _refuse_delayed(rows: Any, now: datetime) -> None:
    ends = [row.free_at for row in rows if row.free_at is not None and row.free_at > now]
    if ends:
        raise TooMany(max(ends), now)


# What an attempt counts towards ---------------------------------------------------------------------------------------
def counts_of_sign_in(request: HttpRequest, username: str) -> list[AttemptCount]:
    name, about = _plain(username), about_of(username)
    device = device_of(request, name)
    if device:
        return [AttemptCount("device", f"{name}\n{device}", about)]
    address = address_of(request)
    return [
        AttemptCount("pair", f"{name}\n{address}", about),
        AttemptCount("account", name, about),
        AttemptCount("address", address),
    ]


def counts_of_change(username: str) -> list[AttemptCount]:
    return [AttemptCount("change", _plain(username), about_of(username))]


def counts_of_code(username: str, address: str) -> list[AttemptCount]:
    """Returns the counts of an enrolment code.

    Only the holder of the link can enter it, so no other person is delayed.
    """
    return [AttemptCount("code", _plain(username), about_of(username)), AttemptCount("address", address)]


def counts_of_key(request: HttpRequest) -> list[AttemptCount]:
    return [AttemptCount("key", address_of(request))]


def address_of(request: HttpRequest) -> str:
    """Returns the address found by `ClientAddressMiddleware`.

    For IPv6 it is the network, because a host has many addresses.
    """
    sent = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(sent)
    except ValueError:
        return str(sent)
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def about_of(username: str) -> str:
    return _digest(f"about\n{_plain(username)}")


def _plain(username: str) -> str:
    return normalize("NFKC", username).casefold()


def _keys(counts: Sequence[AttemptCount]) -> list[str]:
    return [count.key for count in counts]


def _digest(text: str) -> str:
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


# The device cookie ----------------------------------------------------------------------------------------------------
def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Marks the browser as known for the account after a sign-in (OWASP, device cookies)."""
    if device_of(request, _plain(username)):
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([_plain(username), token_hex(16)], salt=SALT),
        max_age=int(DEVICE_KEPT.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest, name: str) -> str:
    """Returns the mark of a browser known for the account, "" for any other."""
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        account, device = signing.loads(cookie, salt=SALT, max_age=DEVICE_KEPT) if cookie else ("", "")
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if account == name else ""


# Administrators -------------------------------------------------------------------------------------------------------
def delayed_until(username: str) -> datetime | None:
    """Returns the end of the longest delay at this account, None if there is none."""
    rows = FailedAttempts.objects.filter(about=about_of(username), free_at__gt=times.now()).order_by("-free_at")
    return rows.values_list("free_at", flat=True).first()


def clear_delays(username: str) -> None:
    """Ends all delays at an account and forgets its failures."""
    FailedAttempts.objects.filter(about=about_of(username)).delete()
