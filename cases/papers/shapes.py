"""Papers of the caller's agency and of others."""

from rest_framework.serializers import JSONField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import fields_of
from cases.casefile.shapes import OfCaseShape

from .models import SignedCopy


class IncomingShape(OfCaseShape):
    """A received paper; its scan is under `links.file`."""


class PaperShape(OfCaseShape):
    """A paper that an agency drafts or has issued. `content` is what was issued and hashed; null for a draft, whose
    columns show the planned contents."""

    signed_copies = fields_of(SignedCopy, "id", "agency", "media_type", "size", "sha256", "scanned_at", "filed_at")(
        many=True
    )
    content = JSONField(**READ_ONLY)
