"""`manage.py protect_data`: closes the product's files to other accounts, and creates the content key if missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from agencies.kernel import content_key
from coordination.config import private_files
from coordination.exchange.confidential.models import ConfidentialLetter


class Command(BaseCommand):
    help = (
        "Closes files and folders of the product to other accounts (0600, 0700) and creates the key of encrypted "
        "texts (CONTENT_KEY_FILE) if there is none. Refused if texts are encrypted and their key is missing."
    )
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        path = settings.CONTENT_KEY_FILE
        has_letters = ConfidentialLetter._meta.db_table in connection.introspection.table_names()
        if not path.exists() and has_letters and ConfidentialLetter.objects.keys_used():
            raise CommandError(f"texts are encrypted and {path} is missing; restore it from the backup")
        if content_key.make(path):
            self.stdout.write(f"Created the content key {path}; back it up separately from the database.")
        if mended := private_files.mend():
            self.stdout.write(f"Closed {mended} files and folders to other accounts.")
