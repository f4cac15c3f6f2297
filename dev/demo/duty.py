"""Duty rosters of the demonstration: every working agency is staffed around the clock for a month, one person is
away."""

from datetime import timedelta

from django.utils import timezone

from agencies.duty.actions import RosterEntry, enter_absence, import_shifts, write_note
from agencies.duty.models import Shift
from agencies.kernel import times
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for

DAYS = 30
# Desk, author of the roster, people in rotation, on call for approvals.
ROSTERS = (
    ("GACC_RISK", "customs.lead", ("customs.officer", "customs.lead"), "customs.head"),
    ("MOFCOM_SCB", "commerce.lead", ("commerce.officer", "commerce.lead"), "commerce.head"),
    ("MPS_ECID", "police.lead", ("police.officer", "police.lead"), "police.head"),
    ("GACC_ASB", "antismuggling.lead", ("antismuggling.officer", "antismuggling.lead"), "antismuggling.head"),
)


def load_duty() -> None:
    if Shift.objects.exists():
        return
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    for code, keeper, turns, approver in ROSTERS:
        desk, actor = Agency.objects.select_related("agency").get(code=code), actor_for(people[keeper])
        entries = _turns(desk, [people[name] for name in turns])
        agency = desk.agency or desk
        on_call = [RosterEntry(agency, people[approver], one.starts_at, one.ends_at, on_call=True) for one in entries]
        first, *_rest = import_shifts([*entries, *on_call], actor=actor)
        writer = actor_for(first.person)
        write_note(first, actor=writer, text="夜间来电两次，均已登记。收货单位传真未到，请下一班跟进。")
    legal, today = people["customs.legal"], times.today()
    back = today + timedelta(days=3)
    enter_absence(legal, actor=actor_for(legal), since=today, until=back, deputy=people["customs.officer"])


def _turns(desk: Agency, people: list[User]) -> list[RosterEntry]:
    """One day each, from half past eight. The first turn is running now, not when loading began: a turn that has ended
    meanwhile would be refused.
    """
    now = times.now()
    begun = timezone.localtime(now).replace(hour=8, minute=30, second=0, microsecond=0)
    start = begun if begun <= now else begun - timedelta(days=1)
    days = [start + timedelta(days=n) for n in range(DAYS)]
    return [RosterEntry(desk, people[n % len(people)], day, day + timedelta(days=1)) for n, day in enumerate(days)]
