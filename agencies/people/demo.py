"""People of the demonstration, from `data/demo_users.csv`. Production refuses to start while they are active."""

from datetime import date
from pathlib import Path

from agencies.kernel.reference import read_csv
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency

from .models import Membership, OfficeHolder, User

DATA = Path(__file__).parent / "data" / "demo_users.csv"
SINCE = date(2020, 1, 1)  # before the oldest demonstration case, whose acts have their true dates
COLUMNS = ("name_zh", "name_en", "phone", "desk_zh", "desk_en")


@atomic
def load_demo_users(password: str) -> list[User]:
    """Creates or updates them. The password is set only if it differs, so that sessions survive a restart."""
    people = [_load(row, password) for row in read_csv(DATA)]
    Agency.objects.filter(pk__in={person.agency_id for person in people}).update(signs_in=True)
    return people


def _load(row: dict[str, str], password: str) -> User:
    agency = Agency.objects.get(code=row["agency"])
    columns = {name: row[name] for name in COLUMNS}
    user, _ = User.objects.update_or_create(
        username=row["username"],
        defaults={**columns, "agency": agency, "is_demo": True},
    )
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    unit = Agency.objects.get(code=row["unit"]) if row["unit"] else agency
    for role in filter(None, row["roles"].split(";")):
        Membership.objects.get_or_create(user=user, unit=unit, role=role, since=SINCE)
    if row["office"]:
        deputy = row["office"] == "deputy"
        document = f"{agency.name_zh}党委会议纪要（分工）" if deputy else ""
        OfficeHolder.objects.get_or_create(
            user=user, agency=agency, since=SINCE, defaults={"is_deputy": deputy, "document": document}
        )
    return user
