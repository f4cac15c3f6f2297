"""Screening matches, and the answer to the question who a name may be."""

from typing import Any

from rest_framework.serializers import CharField, ChoiceField, DateField, IntegerField, ListField

from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from cases.casefile.shapes import OfCaseShape
from cases.controls.names import Grade, Way
from cases.watchlists.models import WatchList

from .checking import MOST_NUMBERS
from .models import Match


class ReasonShape(Shape):
    """One way in which the two sides agree; `likeness` in per cent of equal letters."""

    way = ChoiceField(choices=[str(way) for way in Way])
    likeness = IntegerField()
    asked = CharField()
    listed = CharField()


class EntryShape(Shape):
    """An entry of a list in the version that was met."""

    id = CharField(source="pk")
    code = CharField()
    number = IntegerField()
    watch_list = ChoiceField(choices=WatchList.choices)
    name_zh = CharField()
    name_en = CharField()
    effective_from = DateField()
    effective_to = DateField(allow_null=True)


class MatchShape(OfCaseShape):
    """A person or company named in a case or lead, and an entry that may be the same."""

    reasons = ReasonShape(many=True)

    @shown(EntryShape())
    def listing(self, match: Match) -> Any:
        return match.listing


class FoundEntryShape(Shape):
    """An entry that a name, number or address may mean."""

    listing = EntryShape()
    grade = ChoiceField(choices=[str(grade) for grade in Grade])
    reasons = ReasonShape(many=True)


class AnswerShape(Shape):
    """The entries found, the surest first."""

    results = FoundEntryShape(many=True)


class QuestionInput(Strict):
    """At least one of the three."""

    name = CharField(required=False, allow_blank=True, max_length=300)
    numbers = ListField(child=CharField(max_length=120), required=False, max_length=MOST_NUMBERS)
    address = CharField(required=False, allow_blank=True, max_length=300)
