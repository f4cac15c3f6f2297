from typing import Any

from django.core.management.base import BaseCommand

from agencies.kernel.actor import SYSTEM
from agencies.people.actions import switch_person
from agencies.people.models import User


class Command(BaseCommand):
    """Accounts are disabled instead of deleted, because journal and cases refer to them."""

    help = "Disables the demo's accounts; production does not start before."

    def handle(self, **options: Any) -> None:
        people = User.objects.filter(is_demo=True, is_active=True).order_by("username")
        for person in people:
            switch_person(person, actor=SYSTEM, active=False, reason="demo account on a production system")
            self.stdout.write(f"{person.username}: disabled")
