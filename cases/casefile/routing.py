"""Which agency investigates a suspected crime (移送管辖): by offence, at the sender's own level (D310 art. 6)."""

from dataclasses import dataclass
from datetime import date

from agencies.organisations.models import Agency
from cases.controls.models import Offence, OffenceRoute

from .models import Case

Desk = OffenceRoute.Desk
BUREAU, ECONOMIC_CRIME, STATE_SECURITY = "GACC_ASB", "MPS_ECID", "MSS"


@dataclass(frozen=True)
class RouteSuggestion:
    """`agency` is None if the system knows no agency of that kind, as for the supervisory agency."""

    route: OffenceRoute
    agency: Agency | None

    @property
    def is_named_people_only(self) -> bool:
        return self.route.desk == Desk.SUPERVISORY


def route_of(offence: Offence, day: date) -> OffenceRoute | None:
    """The route in force on that day; of several, the one that took effect last."""
    in_force = [route for route in offence.routes.all() if route.in_force_on(day)]
    return max(in_force, key=lambda route: (route.effective_from, route.code), default=None)


def suggest_receiver(case: Case, offence: Offence, *, sender: Agency, day: date) -> RouteSuggestion | None:
    """Suggests the receiving agency. None if no route is in force: any agency that may file can receive it."""
    route = route_of(offence, day)
    if route is None:
        return None
    code = _code(case, route.desk, sender)
    return RouteSuggestion(route, Agency.objects.filter(code=code).first() if code else None)


def _code(case: Case, desk: str, sender: Agency) -> str:
    central = sender.level == "central"
    match desk:
        case Desk.ANTISMUGGLING:
            district = "" if central else sender.district or _only_district(case)
            return f"ASB_{district}" if district else BUREAU
        case Desk.ECONOMIC_CRIME:
            return f"PPSD_{sender.province}" if sender.province and not central else ECONOMIC_CRIME
        case Desk.STATE_SECURITY:
            return STATE_SECURITY
    return ""


def _only_district(case: Case) -> str:
    """The customs district of the shipments if all passed through the same one, else ""."""
    codes = set(case.shipments.exclude(district=None).values_list("district__code", flat=True))
    return codes.pop() if len(codes) == 1 else ""
