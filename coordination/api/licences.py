"""The check of a licence over JSON."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample
from rest_framework.serializers import CharField, DateField

from agencies.kernel.errors import Invalid
from agencies.kernel.strict import Strict
from cases.casefile.licensing import DeclaredUse
from cases.casefile.shapes import LicenceAnswerShape
from cases.controls.countries import country_code
from coordination.prevention.licences.checking import check_licence

from .operations import Call, post


class LicenceQuestion(Strict):
    """The number that a declaration names, its day, and what else of it is compared. Countries by three letters."""

    number = CharField(max_length=40)
    on = DateField()
    holder = CharField(max_length=300, required=False)
    uscc = CharField(max_length=40, required=False)
    destination = CharField(max_length=3, required=False)
    end_user = CharField(max_length=300, required=False)
    control_code = CharField(max_length=40, required=False)


@post(
    "licences/check/",
    "check",
    gettext_lazy("Check a licence that a declaration names"),
    gettext_lazy(
        "What the imported table says of the number on the day. It never says that a licence is forged: the table may "
        "be behind the licensing system."
    ),
    harmless=True,
    accepts=LicenceQuestion,
    answers=LicenceAnswerShape,
    examples=[
        OpenApiExample("question", value={"number": "25AB000123", "on": "2026-11-07"}, request_only=True),
    ],
)
def check(call: Call) -> Any:
    """Nothing is recorded. Raises Invalid for a country that is not on the list."""
    asked = call.given
    if asked.get("destination") and country_code(asked["destination"]) != asked["destination"]:
        raise Invalid.field("destination", "choice", _("There is no country with this code."))
    return check_licence(DeclaredUse(**asked))
