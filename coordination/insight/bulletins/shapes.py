"""Bulletins over JSON."""

from rest_framework.serializers import ChoiceField, DateField, DictField, ListField, UUIDField

from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape

from .models import Bulletin


class BulletinInput(Strict):
    """The draft of a bulletin from its template. `day` is any day of its week or month."""

    kind = ChoiceField(choices=Bulletin.Kind.choices)
    day = DateField()
    distribution = ChoiceField(choices=Bulletin.Distribution.choices, required=False)


class BulletinShape(ModelShape):
    """A bulletin about a week or a month. `content` is the sheet in both languages with its figures, as submitted or
    issued; a draft has none yet."""

    content = DictField()
    cases = ListField(child=UUIDField())
