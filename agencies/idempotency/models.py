"""Repeatable writes (幂等键): which request was done and what it made. Contents are not stored."""

from django.db import models
from django.utils import timezone


class SentRequest(models.Model):
    """One completed write, from a browser form or the API.

    `key` is a digest of the caller and the idempotency key or form, so callers cannot collide. `digest` is that of the
    request. `status` is the HTTP status of the response, 0 until the write is done. `made` names what was written: ids
    for the API, an address for the browser.
    """

    key = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField(default=0)
    made = models.JSONField(default=list)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    @property
    def target(self) -> str:
        """The address to which the browser is redirected; "" if nothing was written."""
        return self.made[0] if self.made else ""

    @target.setter
    def target(self, address: str) -> None:
        if address:
            self.status, self.made = 302, [address]
