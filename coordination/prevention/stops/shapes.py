"""Stops in the API."""

from functools import cached_property
from typing import Any

from rest_framework.serializers import CharField, ChoiceField, DateField, DateTimeField, DecimalField

from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from cases.casefile.shapes import OfCaseShape
from coordination.prevention.campaigns import campaign_of

from .models import CargoHold, Ground, Stop, StopKind


class StopInput(Strict):
    """A draft without a case. A notice needs `ground` and `fact`, a request `text`."""

    kind = ChoiceField(choices=StopKind.choices)
    customs = CharField(max_length=20)
    ground = ChoiceField(choices=Ground.choices, required=False)
    fact = CharField(max_length=4000, required=False)
    text = CharField(max_length=4000, required=False)
    declaration_no = CharField(max_length=40, required=False)
    container = CharField(max_length=40, required=False)
    district = CharField(max_length=4, required=False)
    exporter = CharField(max_length=300, required=False)
    exporter_code = CharField(max_length=40, required=False)
    goods = CharField(max_length=500, required=False)
    weight_kg = DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False)
    last_day = DateField()
    campaign = CharField(max_length=20, required=False)


class HoldShape(Shape):
    """The hold of the goods; `until` is null while they are held for any stop."""

    declaration_no = CharField()
    container = CharField()
    since = DateTimeField()
    until = DateTimeField(allow_null=True)


class StopShape(OfCaseShape):
    """A stop. `hold` is null for everyone but the customs agency, and `campaign` empty for those who do not see it."""

    @shown(CharField(allow_null=True))
    def district(self, stop: Stop) -> Any:
        return stop.district.code if stop.district else None

    @shown(HoldShape(allow_null=True))
    def hold(self, stop: Stop) -> Any:
        return stop.hold if stop.hold_id in self._holds_in_sight else None

    @shown(CharField())
    def campaign(self, stop: Stop) -> str:
        return stop.campaign if campaign_of(stop, self.actor) else ""

    @cached_property
    def _holds_in_sight(self) -> set[Any]:
        """The visible holds of all rows of the answer, in one query."""
        rows: Any = self.root.instance
        ids = {stop.hold_id for stop in rows}
        return set(CargoHold.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))
