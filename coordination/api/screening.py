"""Checks a name against the lists over JSON."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.errors import Invalid
from coordination.prevention.screening.checking import CHECKERS, check
from coordination.prevention.screening.shapes import AnswerShape, QuestionInput

from .operations import Call, post


@post(
    "screening/check/",
    "check",
    gettext_lazy("Check a name against the lists"),
    gettext_lazy(
        "The entries that the caller sees and that a name, identifiers or an address may mean, each with its grade and "
        "the reasons. Nothing is recorded, and whether it is the same body is for a person to decide."
    ),
    permission=CHECKERS,
    tag="matches",
    harmless=True,
    accepts=QuestionInput,
    answers=AnswerShape,
)
def check_name(call: Call) -> Any:
    if not call.given:
        raise Invalid.field("name", "required", _("Enter a name, an identifier or an address."))
    return {"results": check(call.actor, **call.given)}
