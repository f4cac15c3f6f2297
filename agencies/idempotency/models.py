"""Writes that may be sent again (幂等键): which request was done already, and what it made. No contents are kept."""

from django.db import models
from django.utils import timezone


class SentRequest(models.Model):
    """One write that was done, of a browser's form or of the API.

    `key` is a digest of the caller with the idempotency key or the form, so no caller can meet another's. `digest` is
    that of the request. `status` is the HTTP status of the answer, 0 while nothing is done; `made` names what the write
    made or changed: ids for the API, an address for the browser.
    """

    key = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField(default=0)
    made = models.JSONField(default=list)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)
