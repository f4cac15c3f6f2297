"""What a table of licences says of the number that a declaration names. A higher resource keeps the table.

The answer never says that a licence is forged: a table may be behind the licensing system, and a number may be misread.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.texts import Text

from .models import Case, Shipment
from .voyages import voyage_of

VALID, DIFFERS, EXPIRED, NOT_YET, SUSPENDED, REVOKED, NOT_IN_FILE, NO_FILE = (
    *("valid", "differs", "expired", "not_yet", "suspended", "revoked", "not_in_file", "no_file"),
)
_NOT_THEN = _("In the file, not valid on that day (%(first)s – %(last)s)")
ANSWERS: dict[str, Text] = {
    VALID: _("In the file, valid on that day"),
    DIFFERS: _("In the file, valid on that day, but it differs from the declaration"),
    EXPIRED: _NOT_THEN,
    NOT_YET: _NOT_THEN,
    SUSPENDED: _("In the file, suspended"),
    REVOKED: _("In the file, revoked"),
    NOT_IN_FILE: _("Not in the file as of %(as_of)s"),
    NO_FILE: _("No table of licences has been imported"),
}
FIELDS: dict[str, Text] = {
    "holder": _("Licence holder"),
    "destination": _("Final destination"),
    "end_user": _("End user"),
    "control_code": _("Control code"),
}
LOOKS = {VALID: ("good", "check-lg"), NOT_IN_FILE: ("review", "question-circle"), NO_FILE: ("neutral", "circle")}


@dataclass(frozen=True, kw_only=True)
class DeclaredUse:
    """What a declaration says: the number, the day, and as far as known the exporter, destination and end user."""

    number: str
    on: date
    holder: str = ""
    uscc: str = ""
    destination: str = ""
    end_user: str = ""
    control_code: str = ""


@dataclass(frozen=True, kw_only=True)
class LicenceAnswer:
    """`code` is one of `ANSWERS`, `differs` are the fields of `FIELDS` that the licence has otherwise; `as_of` is the
    time of the newest table, None before the first. The days of validity are known for a licence in the file."""

    code: str
    as_of: datetime | None
    valid_from: date | None = None
    valid_until: date | None = None
    differs: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        days = {"first": self.valid_from, "last": self.valid_until}
        as_of = date_format(timezone.localtime(self.as_of), "DATETIME_FORMAT") if self.as_of else ""
        return str(ANSWERS[self.code]) % {**days, "as_of": as_of}

    @property
    def differing(self) -> list[Text]:
        return [FIELDS[name] for name in self.differs]

    @property
    def tone(self) -> str:
        return LOOKS.get(self.code, ("stopped", ""))[0]

    @property
    def icon(self) -> str:
        return LOOKS.get(self.code, ("", "exclamation-triangle"))[1]


LicenceCheck = Callable[[Sequence[DeclaredUse]], Sequence[LicenceAnswer]]
_CHECKS: list[LicenceCheck] = []


def register_licences(check: LicenceCheck) -> None:
    _CHECKS[:] = [check]


@dataclass(frozen=True)
class NamedLicence:
    """The answer on the licence that a shipment names. `on_known` is False if neither the departure nor the day of the
    conduct is known: the day is today then."""

    on: date
    on_known: bool
    answer: LicenceAnswer


def licences_of(case: Case, shipments: Iterable[Shipment]) -> Mapping[UUID, NamedLicence]:
    """The answers on the licences that shipments of the case name, by shipment. No query if none names one; else three.

    A licence is checked on the day of departure by the declared legs, else on the first day of the conduct.
    """
    named = [one for one in shipments if one.licence_no]
    if not (named and _CHECKS):
        return {}
    conduct: date | None = case.items.aggregate(first=Min("conduct_on"))["first"]
    asked, known = [], []
    for shipment in named:
        declared = voyage_of(shipment).declared
        on = next((leg.departs_on for leg in declared.legs if leg.departs_on), conduct)
        known.append(on is not None)
        asked.append(DeclaredUse(number=shipment.licence_no, on=on or times.today(), destination=declared.destination))
    answers = _CHECKS[0](asked)
    return {
        shipment.pk: NamedLicence(use.on, is_known, answer)
        for shipment, use, is_known, answer in zip(named, asked, known, answers, strict=True)
    }
