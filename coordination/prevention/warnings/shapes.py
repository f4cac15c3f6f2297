"""Letters to exporters, and their release."""

from collections.abc import Iterable

from rest_framework.serializers import CharField, DateTimeField, UUIDField

from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.people.shapes import ModelShape
from coordination.prevention.exporters.page import ExporterMatter

from .models import ExporterLetter, Release
from .page import matters_of


class ExporterLetterShape(ModelShape):
    """A letter to an exporter. `text` has releasable facts alone; `remark` is empty for readers of other agencies.
    `due_at` is set by the agency. AWAITS_RELEASE and NOT_RELEASED do not show which agency has to release it."""

    @shown(CharField())
    def remark(self, letter: ExporterLetter) -> str:
        return letter.remark if self.actor.agency_id == letter.agency_id else ""


class ReleaseShape(ModelShape):
    """The question whether a letter may go to an exporter. Only those who decide on it see it. It does not show
    which agency writes the letter."""

    exporter = CharField(source="letter.exporter.name", **READ_ONLY)
    uscc = CharField(source="letter.exporter.uscc", **READ_ONLY)
    letter_kind = CharField(source="letter.kind", **READ_ONLY)
    asked_at = DateTimeField(source="created_at", **READ_ONLY)

    class Meta:
        model = Release
        fields = ["id", "version", "state", "state_since", "exporter", "uscc", "letter_kind", "asked_at", "reason"]


class ConcernedMatterShape(Shape):
    """A matter because of which the agency is asked: its noun and id."""

    resource = CharField(source="resource.name")
    id = UUIDField(source="thing.pk")


class ReleaseDetailShape(ReleaseShape):
    """With the matters that the caller sees."""

    class Meta(ReleaseShape.Meta):
        fields = [*ReleaseShape.Meta.fields, "matters"]

    @shown(ConcernedMatterShape(many=True))
    def matters(self, release: Release) -> Iterable[ExporterMatter]:
        return list(matters_of(release, self.actor))
