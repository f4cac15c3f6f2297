"""Questionnaires and reviews over JSON."""

from rest_framework.serializers import CharField, RegexField

from agencies.kernel.shapes import READ_ONLY
from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape, fields_of

from .models import Gap, QuestionnaireItem, ReviewAnswer


class QuestionnaireInput(Strict):
    """A questionnaire of the caller's agency, or a new edition of it if the code is known. `items` is a CSV text with
    the columns number, kind, question_zh, question_en, gap and basis."""

    code = RegexField(r"^[A-Za-z][A-Za-z0-9_-]{1,29}\Z", max_length=30)
    name_zh = CharField(max_length=200)
    name_en = CharField(max_length=200)
    items = CharField(max_length=200_000)


class QuestionnaireShape(ModelShape):
    items = fields_of(QuestionnaireItem, "number", "kind", "question_zh", "question_en", "gap", "basis")(many=True)


class NumberedShape(ModelShape):
    """A part of a review about the item with this number."""

    number = CharField(source="item.number", **READ_ONLY)


class ReviewShape(ModelShape):
    """A review of an exporter with its answers, findings and gaps."""

    answers = fields_of(ReviewAnswer, "number", "answer", "paper", "verdict", "remark", bases=(NumberedShape,))(
        many=True
    )
    gaps = fields_of(
        Gap,
        *("id", "number", "what", "due_on", "state", "found_at", "report", "report_paper", "reported_at"),
        *("check_remark", "closed_at"),
        bases=(NumberedShape,),
    )(many=True)
