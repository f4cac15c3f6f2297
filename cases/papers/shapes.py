"""Papers of the caller's agency and of others."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import IncomingPaper, Paper, SignedCopy


class IncomingRow(OfCaseShape, serializers.ModelSerializer[IncomingPaper]):
    """A received paper; its scan is under `links.file`."""

    agency = AgencyShape()
    keeper = AgencyShape()

    class Meta:
        model = IncomingPaper
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "keeper", "number", "dated", "title"),
            *("laboratory", "accreditation"),
            *("media_type", "size", "sha256", "scanned_at", "created_at", "updated_at"),
        ]


class PaperRow(OfCaseShape, serializers.ModelSerializer[Paper]):
    """A paper that an agency drafts or has issued."""

    agency = AgencyShape()
    to = AgencyShape(allow_null=True)

    class Meta:
        model = Paper
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "to", "form", "subject_kind", "subject_id"),
            *("number", "title", "edition", "issued_at", "digest", "updated_at"),
        ]


class SignedCopyShape(serializers.ModelSerializer[SignedCopy]):
    agency = AgencyShape()

    class Meta:
        model = SignedCopy
        fields = ["id", "agency", "media_type", "size", "sha256", "scanned_at", "filed_at"]


class PaperDetail(PaperRow):
    """`content` is what was issued and hashed; null for a draft, whose columns show the planned contents."""

    signed_copies = SignedCopyShape(many=True)
    content = serializers.JSONField(**READ_ONLY)

    class Meta(PaperRow.Meta):
        fields = [
            *PaperRow.Meta.fields,
            *(
                "addressee",
                "body",
                "annexes",
                "copies",
                "urgency",
                "secrecy",
                "secret_for",
                "copy_number",
                "tables",
                "replaces",
                "content",
                "signed_copies",
            ),
        ]
