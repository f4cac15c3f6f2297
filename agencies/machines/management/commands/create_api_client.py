"""`manage.py create_api_client NAME --agency CODE --scope leads:write`: prints the key once, and nothing else."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import ActionError, Invalid
from agencies.machines.actions import create_key
from agencies.machines.limits import end_of
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency, nearest_desk


class Command(BaseCommand):
    help = "Issue a key for a system of an agency. The key is shown once. Using the same name again issues another key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument(
            "--agency", metavar="CODE", required=True, help="the code of the agency or of one of its units"
        )
        parser.add_argument(
            "--scope", action="append", required=True, choices=ApiKey.Scope.values, help="may be given several times"
        )
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            metavar="SYSTEM",
            help="a source_system whose leads it writes and reads, may be given several times; default: NAME",
        )
        parser.add_argument(
            "--network",
            action="append",
            default=[],
            metavar="CIDR",
            help="a network from which the key may be used, may be given several times; default: any",
        )
        parser.add_argument("--days", type=int, default=ApiKey.LONGEST.days, help="how long it is valid; default: 365")
        parser.add_argument("--test", action="store_true", help="what it sends is checked and answered, but not stored")
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = _agency(options["agency"])
        try:
            issued = create_key(
                options["name"],
                agency,
                options["scope"],
                actor=SYSTEM,
                sources=options["source"],
                networks=options["network"],
                expires_at=end_of(times.today() + timedelta(days=options["days"])),
                is_test=options["test"],
            )
        except Invalid as wrong:
            raise CommandError(" ".join(str(error.detail) for error in wrong.errors)) from wrong
        except ActionError as refused:
            raise CommandError(refused.detail) from refused
        desk = nearest_desk(agency)
        if options["json"]:
            details = {
                "leads_go_to": desk.code,
                "name": options["name"],
                "agency": agency.code,
                "scopes": issued.key.scopes.split(),
                "sources": issued.key.sources,
                "networks": issued.key.networks,
                "expires_at": issued.key.expires_at.isoformat() if issued.key.expires_at else None,
                "test": issued.key.is_test,
            }
            self.stdout.write(json.dumps({**details, "key": issued.text}, ensure_ascii=False))
        else:
            self.stdout.write(issued.text)
        if desk != agency:
            self.stderr.write(
                f"{agency.code} does not sign in: its leads go to {desk.code} ({desk.name}) until it does."
            )
        elif not agency.signs_in:
            self.stderr.write(f"Neither {agency.code} nor a superior signs in: its leads wait until one of them does.")


def _agency(code: str) -> Agency:
    found = Agency.objects.select_related("agency").filter(code=code).first()
    agency = found and (found if found.is_agency else found.agency)
    if agency is None:
        raise CommandError(f"no agency {code}, or it belongs to no agency; run load_reference first")
    return agency
