"""Circulars over JSON."""

from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape

from .models import Circular


class CircularInput(Strict):
    """A draft without addressees. Exporters are added by their action `add_to_circular`. A talk needs `venue` and
    `due_at`."""

    kind = ChoiceField(choices=Circular.Kind.choices)
    title = CharField(max_length=200)
    text = CharField(max_length=4000)
    venue = CharField(max_length=200, required=False)
    due_at = DateTimeField(required=False)
    remark = CharField(max_length=4000, required=False)
    campaign = CharField(max_length=20, required=False)


class CircularShape(ModelShape):
    """One text for many exporters. In `text` {企业名称} stands for the name of the addressee. `addressed` counts the
    addressees, `written` those who have their letter: exporters and exporter letters with the filter `circular`.
    `remark` is empty for readers of other agencies."""

    addressed = IntegerField(**READ_ONLY)
    written = IntegerField(**READ_ONLY)

    @shown(CharField())
    def remark(self, circular: Circular) -> str:
        return circular.remark if self.actor.agency_id == circular.agency_id else ""
