"""`manage.py appoint`: appoints auditor, system and security administrator, who are not appointed inside the system."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.confirmations.enrolling import address_of, start_on_server
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.actions import appoint
from agencies.people.models import Membership


class Command(BaseCommand):
    help = (
        "Creates an account with one of the three administrative roles (auditor, sysadmin, secadmin), based on a "
        "numbered paper, and prints the link and the code with which its owner sets the password. Give them to two "
        "different people to pass on. These roles are granted and ended by this command only; the present auditor and "
        "administrators are notified."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=sorted(Membership.APART))
        parser.add_argument("username")
        parser.add_argument("--agency", default="JECC", help="code of the agency; the centre by default")
        parser.add_argument("--paper", required=True, help="number of the appointing paper")
        parser.add_argument("--replaces", default="", help="sign-in name of the holder whose role ends")
        parser.add_argument("--name-zh", required=True)
        parser.add_argument("--name-en", required=True)

    def handle(self, *, role: str, username: str, agency: str, paper: str, replaces: str, **names: Any) -> None:
        found = Agency.objects.agencies().with_code(agency)
        if found is None:
            raise CommandError(f"no agency {agency}; manage.py load_reference loads the known ones")
        try:
            with atomic():
                made = appoint(
                    role,
                    agency=found,
                    username=username,
                    paper=paper,
                    replaces=replaces,
                    name_zh=names["name_zh"],
                    name_en=names["name_en"],
                )
                link, code = start_on_server(made, paper=paper)
        except TransitionRefused as refused:
            raise CommandError(" ".join(missing.detail for missing in refused.missing)) from refused
        except Invalid as invalid:
            raise CommandError(" ".join(str(error.detail) for error in invalid.errors)) from invalid
        self.stdout.write(f"{username} holds the power {role}. Within 24 hours its owner sets the password:")
        self.stdout.write(f"link: {address_of(link)}")
        self.stdout.write(f"code: {code}")
