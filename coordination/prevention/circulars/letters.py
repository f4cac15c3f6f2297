"""The letter that an addressee of a circular gets."""

from coordination.prevention.exporters.models import Exporter
from coordination.prevention.warnings.models import ExporterLetter

from .models import NAME, Circular

SHARED = (
    "title",
    "remark",
    "venue",
    "due_at",
    "kind",
    "campaign",
)  # columns that a letter has as its circular has them


def letter_for(circular: Circular, exporter: Exporter) -> ExporterLetter:
    """The letter to this addressee, not stored: {企业名称} of the text has become the name."""
    return ExporterLetter(
        exporter=exporter,
        agency=circular.agency,
        handler=circular.handler,
        text=circular.text.replace(f"{{{NAME}}}", exporter.name),
        **{name: getattr(circular, name) for name in SHARED},
    )
