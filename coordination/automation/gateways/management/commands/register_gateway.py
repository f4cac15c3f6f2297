"""`manage.py register_gateway NAME --agency CODE --public-key FILE`: lets a system send packages."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.management.base import BaseCommand, CommandError

from agencies.machines.models import ApiClient
from coordination.automation.gateways.models import Gateway
from coordination.automation.gateways.receipts import public_key


class Command(BaseCommand):
    help = (
        "Register the Ed25519 public key (PEM) by which the packages of a connected system are verified; again with a "
        "new key to replace it. Prints the id that its manifests name, and the key that verifies receipts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the system, as made by create_api_client")
        parser.add_argument("--agency", metavar="CODE", required=True)
        parser.add_argument("--public-key", metavar="FILE", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        client = ApiClient.objects.filter(name=options["name"], agency__code=options["agency"]).first()
        if client is None:
            raise CommandError("no such system of this agency; make it with create_api_client first")
        try:
            text = options["public_key"].read_text(encoding="ascii")
            key = load_pem_public_key(text.encode())
        except (OSError, ValueError, UnsupportedAlgorithm) as wrong:
            raise CommandError(f"{options['public_key']} holds no public key in PEM: {wrong}") from wrong
        if not isinstance(key, Ed25519PublicKey):
            raise CommandError("the key is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519")
        Gateway.objects.update_or_create(client=client, defaults={"public_key": text})
        self.stdout.write(f"sender: {client.pk}\n{public_key()}")
