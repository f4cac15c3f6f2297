"""People of the demonstration, from `data/demo_users.csv`. Production refuses to start while they are active."""

from datetime import date, datetime, time
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from agencies.kernel.reference import read_csv
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency

from .models import Membership, OfficeHolder, User

DATA = Path(__file__).parent / "data" / "demo_users.csv"
SINCE = date(2020, 1, 1)  # before the oldest demonstration case, whose acts have their true dates
EFFECTIVE_AT = timezone.make_aware(datetime.combine(SINCE, time.min))
COLUMNS = ("name_zh", "name_en", "phone", "desk_zh", "desk_en")


@atomic
def load_demo_users(password: str) -> list[User]:
    """Creates or updates them. The password is set only if it differs, so that sessions survive a restart."""
    encoded = _encoded(password)
    people = [_load(row, encoded) for row in read_csv(DATA)]
    Agency.objects.filter(pk__in={person.agency_id for person in people}).update(signs_in=True)
    return people


def _encoded(password: str) -> str:
    """Hashed once for all of them: a hash takes a fifth of a second by design."""
    kept = User.objects.filter(is_demo=True).exclude(password="").values_list("password", flat=True)
    matching = (encoded for encoded in set(kept) if check_password(password, encoded))
    return next(matching, None) or make_password(password)


def _load(row: dict[str, str], encoded: str) -> User:
    agency = Agency.objects.get(code=row["agency"])
    columns = {name: row[name] for name in COLUMNS}
    user, _ = User.objects.update_or_create(
        username=row["username"],
        defaults={**columns, "agency": agency, "is_demo": True},
    )
    if user.password != encoded:
        user.password = encoded
        user.save(update_fields=["password"])
    unit = Agency.objects.get(code=row["unit"]) if row["unit"] else agency
    for role in filter(None, row["roles"].split(";")):
        Membership.objects.get_or_create(
            user=user, unit=unit, role=role, since=SINCE, defaults={"effective_at": EFFECTIVE_AT}
        )
    if row["office"]:
        deputy = row["office"] == "deputy"
        document = f"{agency.name_zh}党委会议纪要（分工）" if deputy else ""
        OfficeHolder.objects.get_or_create(
            user=user,
            agency=agency,
            since=SINCE,
            defaults={"is_deputy": deputy, "document": document, "effective_at": EFFECTIVE_AT},
        )
    return user
