"""`python -m dev write_contract`: promises the present contract for connected systems, in `docs/contract.json`."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.api.system_contract import system_document
from dev.contract import ADVICE, PROMISED, breaking_changes, promised, written


class Command(BaseCommand):
    help = "Write docs/contract.json, and print what breaks programs written for the contract that was promised before."

    def handle(self, *args: Any, **options: Any) -> None:
        document = system_document("en")
        changes = breaking_changes(promised(), document) if PROMISED.exists() else []
        PROMISED.write_text(written(document), encoding="utf-8")
        self.stdout.write("\n".join([*changes, ADVICE]) if changes else "Nothing breaks.")
