"""The question to the control law and its answer, in JSON."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    ListField,
    RegexField,
)

from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict

from .countries import country_code
from .rulebook import FAMILIES, ControlRule
from .terms import END_USES, MODES, YES_NO
from .verdicts import (
    DOUBTS,
    EVERY,
    OF_FAMILY,
    ORDER,
    STATUSES,
    PossibleVerdict,
    RuleStanding,
    RuleVerdict,
    Verdict,
)
from .words import NATURES

MOST_CHECKS = 1_000
MOST_PARAMETERS = 40
FIGURE = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
NAME = r"[a-z][a-z0-9_]{0,59}"


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MOST_PARAMETERS,
        "propertyNames": {"pattern": f"^{NAME}$"},
        "additionalProperties": {
            "oneOf": [
                {"type": "number", "minimum": -(10**9), "maximum": 10**9},
                {"type": "string", "pattern": f"^({FIGURE.pattern})$"},
            ]
        },
    }
)
class Parameters(Field[Any, Any, Any, Any]):
    """Figures by the name of the parameter, such as {"purity_percent": "99.5"}; numbers as text keep their digits."""

    default_error_messages = {
        "type": _("Give an object of figures."),
        "name": _("A name has small letters, digits and underscores, at most 60."),
        "figure": _("“{name}” is no decimal number."),
        "many": _("At most {most} parameters."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Decimal]:
        if not isinstance(data, Mapping):
            self.fail("type")
        if len(data) > MOST_PARAMETERS:
            self.fail("many", most=MOST_PARAMETERS)
        return {self._name(name): self._figure(name, value) for name, value in data.items()}

    def to_representation(self, value: Any) -> Any:
        return value

    def _name(self, name: str) -> str:
        if not re.fullmatch(NAME, name):
            self.fail("name")
        return name

    def _figure(self, name: str, value: Any) -> Decimal:
        if isinstance(value, str) and FIGURE.fullmatch(value):
            return Decimal(value)
        if type(value) not in (int, Decimal) or abs(value) > 10**9:
            self.fail("figure", name=name)
        return Decimal(value)


OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
MANY: dict[str, Any] = {"many": True, "allow_empty": False, "max_length": MOST_CHECKS}
TEXT: dict[str, Any] = {**OPTIONAL, "allow_blank": True}


class CountryCode(RegexField):
    """The alpha-3 code of a country or region of the list."""

    default_error_messages = {"unknown_code": _("This is not a country or region of the list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^([A-Z]{3})?$", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = str(super().to_internal_value(data))
        if code and country_code(code) != code:
            self.fail("unknown_code")
        return code


class CheckInput(Strict):
    """One question. Everything but the day may be absent: what is not given counts as not known.

    `consignee` is the declared one, `intermediate` are the countries passed, `destination` is the final one, that of
    the end user, whose nationality is `end_user_country`. `owner` holds `owner_share` percent of it. `mode` is export,
    transit, reexport (from one country abroad to another) or release (of technology). `end_use` may be capability
    (another use that raises military capability) or wmd (weapons of mass destruction or terrorism); `notice` says
    whether a risk is known or was notified.
    """

    description = CharField(max_length=2000, **TEXT)
    hs_code = RegexField(r"^[0-9. ]{0,20}$", **TEXT)
    control_code = CharField(max_length=40, **TEXT)
    parameters = Parameters(**OPTIONAL)
    nature = ChoiceField(choices=list(NATURES), **OPTIONAL)
    origin = CountryCode(**TEXT)
    mode = ChoiceField(choices=MODES, **OPTIONAL)
    consignee = CharField(max_length=300, **TEXT)
    consignee_country = CountryCode(**TEXT)
    intermediate = ListField(child=CountryCode(), max_length=20, **OPTIONAL)
    destination = CountryCode(**TEXT)
    end_user = CharField(max_length=300, **TEXT)
    end_user_country = CountryCode(**TEXT)
    military = ChoiceField(choices=YES_NO, **OPTIONAL)
    owner = CharField(max_length=300, **TEXT)
    owner_share = DecimalField(7, 4, min_value=0, max_value=100, **OPTIONAL)
    end_use = ChoiceField(choices=END_USES, **OPTIONAL)
    notice = ChoiceField(choices=YES_NO, **OPTIONAL)
    on = DateField()


VERSION = IntegerField(min_value=1, max_value=10**6, required=False, allow_null=True)


class CheckAgain(CheckInput):
    """One question. `version` answers with the rows of that version, as they were known then."""

    version = VERSION


class ChecksInput(Strict):
    """Up to 1,000 questions, answered in their order."""

    checks = CheckInput(**MANY)
    version = VERSION


class RuleOfDayShape(Shape):
    """A rule that is in force on the day asked for, or suspended on it (`state`); `resumed` is to be verified."""

    code = CharField()
    family = ChoiceField(choices=FAMILIES)
    families = ListField(child=CharField(), help_text="of goods, or single goods")
    instrument = CharField()
    citation = CharField()
    in_force_from = DateField(allow_null=True)
    in_force_until = DateField(allow_null=True)
    destinations = ListField(child=CharField())
    users = ListField(child=CharField())
    end_use = CharField(help_text="several are separated by ;")
    consequence = CharField()
    state = ChoiceField(choices=("in_force", "suspended", "resumed"))
    suspended_until = DateField(allow_null=True)
    confidence = CharField()


class RulesOfDayShape(Shape):
    """The rules of the day `on`; `version` is that of the rows."""

    on = DateField()
    version = IntegerField()
    results = RuleOfDayShape(many=True)


def rule_as_json(rule: ControlRule, now: RuleStanding) -> dict[str, Any]:
    pause = now.suspension if now.state == "suspended" else None
    return {
        "code": rule.code,
        "family": rule.family,
        "families": sorted(rule.materials),
        "instrument": rule.instrument,
        "citation": rule.cited,
        "in_force_from": rule.begins,
        "in_force_until": rule.ends,
        "destinations": sorted(rule.destinations),
        "users": sorted(rule.users),
        "end_use": ";".join(sorted(rule.end_use)),
        "consequence": rule.consequence,
        "state": now.state,
        "suspended_until": pause.ends if pause else None,
        "confidence": rule.confidence,
    }


MISSING = ListField(child=CharField())


class PossibleVerdictShape(Shape):
    """A stricter verdict, and the facts that would decide it."""

    verdict = ChoiceField(choices=ORDER)
    missing = MISSING


class FamilyVerdictShape(Shape):
    """What one family of law says: `outside_scope` if it does not cover the goods, `does_not` if it covers them and
    does not apply."""

    family = ChoiceField(choices=FAMILIES)
    verdict = ChoiceField(choices=OF_FAMILY)
    could_become = PossibleVerdictShape(many=True)
    verify = BooleanField()


class ListedPartyShape(Shape):
    """An entry of a list that names a party of the question. `near`: the names are similar, and a person compares."""

    code = CharField()
    watch_list = ChoiceField(choices=("control", "watch", "unreliable"))
    name = CharField()
    party = CharField()
    role = ChoiceField(choices=("end_user", "consignee", "owner"))
    near = BooleanField()


class ControlRuleShape(Shape):
    """What one rule says. `until` is the last day of the suspension that covers the day asked for."""

    code = CharField()
    family = ChoiceField(choices=FAMILIES)
    instrument = CharField()
    citation = CharField()
    consequence = CharField()
    status = ChoiceField(choices=STATUSES)
    missing = MISSING
    until = DateField(allow_null=True)
    suspended_by = CharField(allow_null=True)
    verify = ListField(child=ChoiceField(choices=DOUBTS))
    items = ListField(child=CharField())


class ControlItemShape(Shape):
    """Goods of the list that may be meant: found by control code, words or HS code."""

    id = CharField()
    name = CharField()
    control_codes = ListField(child=CharField())
    found_by = ChoiceField(choices=("control_code", "words", "hs_code"))
    match = ChoiceField(choices=("certain", "possible", "contradicted"))


class VerdictShape(Shape):
    """The verdict for the day `on`. `verify`: the state of the law on that day is not confirmed, as `doubts` says.

    `version` is that of the rows that were used.
    """

    verdict = ChoiceField(choices=EVERY)
    could_become = PossibleVerdictShape(many=True)
    verify = BooleanField()
    doubts = ListField(child=ChoiceField(choices=DOUBTS))
    families = FamilyVerdictShape(many=True)
    listed = ListedPartyShape(many=True)
    rules = ControlRuleShape(many=True)
    items = ControlItemShape(many=True)
    on = DateField()
    version = IntegerField()


class VerdictsShape(Shape):
    results = VerdictShape(many=True)


def possible_json(one: PossibleVerdict) -> dict[str, Any]:
    return {"verdict": one.verdict, "missing": list(one.missing)}


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict in the shape of `VerdictShape`."""
    return {
        "verdict": verdict.verdict,
        "could_become": [possible_json(one) for one in verdict.could_become],
        "verify": verdict.verify,
        "doubts": list(verdict.doubts),
        "families": [
            {
                **{"family": one.family, "verdict": one.verdict, "verify": one.verify},
                "could_become": [possible_json(could) for could in one.could_become],
            }
            for one in verdict.families
        ],
        "listed": [
            {
                **{"code": one.code, "watch_list": one.watch_list, "name": one.listed, "party": one.party},
                **{"role": one.role, "near": one.is_near},
            }
            for one in verdict.hits
        ],
        "rules": [_rule(one) for one in verdict.rules],
        "items": [
            {
                "id": one.goods.item_id,
                "name": one.goods.name,
                "control_codes": list(one.goods.codes),
                "found_by": one.why,
                "match": one.level,
            }
            for one in verdict.items
        ],
        "on": verdict.on.isoformat(),
        "version": verdict.version,
    }


def _rule(one: RuleVerdict) -> dict[str, Any]:
    pause = one.standing.suspension if one.standing.state == "suspended" else None
    return {
        "code": one.rule.code,
        "family": one.rule.family,
        "instrument": one.rule.instrument,
        "citation": one.rule.cited,
        "consequence": one.rule.consequence,
        "status": one.status,
        "missing": list(one.missing),
        "until": pause.ends.isoformat() if pause and pause.ends else None,
        "suspended_by": pause.instrument if pause else None,
        "verify": list(one.doubts),
        "items": [item.goods.item_id for item in one.items],
    }
