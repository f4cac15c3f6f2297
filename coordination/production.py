"""What must not be true where real cases are kept: the web server, the worker and the command line ask here first."""

import sys
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.db import connection

from agencies.kernel import content_key
from coordination import private_files, secrets

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

# What an administrator needs to get from a refused start to a safe one; every other command is refused with it.
MENDING = frozenset(
    {"appoint", "changepassword", "check", "collectstatic", "dbshell", "disable_demo", "load_reference", "migrate"}
    | {"protect_data", "shell", "showmigrations"}
)


class CommandLine(ManagementUtility):
    """`manage.py`: refuses to run on an unsafe system anything but the commands that mend it."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        if subcommand not in MENDING and (text := refusal()):
            sys.exit(text)
        return super().fetch_command(subcommand)


def refusal() -> str:
    """Why this system must not start, as a text for whoever tried; "" where it may."""
    return "\n- ".join(["Refusing to start:", *found]) if (found := faults()) else ""


def faults() -> list[str]:
    """Every fault at once: nobody should have to start five times to learn of five."""
    found = _exposed_debug() + _lost_keys()
    if settings.TRAINING:
        found += _people_of_its_own()
    if settings.PRODUCTION:
        found += _unset() + _generated_secrets() + _demo_accounts() + _exposed_files()
    return found


def _exposed_debug() -> list[str]:
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if not settings.DEBUG or not (strangers or settings.PRODUCTION):
        return []
    return [f"DEBUG shows settings and rows to whoever can reach {', '.join(strangers) or 'this system'}; unset it"]


def _unset() -> list[str]:
    found = []
    if not settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is not set; name the hosts this system answers to")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is *; name the hosts this system answers to")
    # Not settings.SECRET_KEY, which Django refuses to show when it is empty.
    if not secrets.obtain("SECRET_KEY", folder=settings.DATA_DIR, generate=False):
        found.append("SECRET_KEY is not set; supply at least 50 random characters")
    return found


def _generated_secrets() -> list[str]:
    path = settings.DATA_DIR / secrets.FILE_NAME
    return [
        f"{name} was generated for development; supply it in the environment and delete {path}"
        for name in secrets.kept_names(settings.DATA_DIR)
    ]


def _demo_accounts() -> list[str]:
    people = get_user_model()
    # A database that has no tables yet has no demo accounts either, and must stay free to be migrated.
    if people._meta.db_table not in connection.introspection.table_names():
        return []
    active = people._default_manager.filter(is_demo=True, is_active=True)
    names = list(active.order_by("username").values_list("username", flat=True))
    return [f"demo accounts are active ({', '.join(names)}); run manage.py disable_demo"] if names else []


def _lost_keys() -> list[str]:
    """Encrypted texts are there and the key is not: what is written from now on would hide that they are lost."""
    letters = apps.get_model("sealed", "SealedLetter")
    if letters._meta.db_table not in connection.introspection.table_names():
        return []
    used, path = set(letters._default_manager.keys_used()), settings.CONTENT_KEY_FILE
    if not used:
        return []
    try:
        lost = used - set(content_key.read(path).by_id)
    except content_key.KeyMissing:
        lost = used
    if not lost:
        return []
    return [f"{path} lacks the content key {', '.join(sorted(lost))} of encrypted texts; restore it from the backup"]


def _exposed_files() -> list[str]:
    if not (open_to_others := private_files.exposed()):
        return []
    named = ", ".join(str(path) for path in open_to_others[:5])
    return [f"other accounts of this machine can open {named}; run manage.py protect_data, which closes them"]


def _people_of_its_own() -> list[str]:
    """A training system upon the database in which people work would put practice matters among theirs."""
    people = get_user_model()
    if people._meta.db_table not in connection.introspection.table_names():
        return []
    if not people._default_manager.filter(is_demo=False).exists():
        return []
    return ["this database has people of its own; a training system wants another: set DATA_DIR or DATABASE_URL"]


@register(Tags.security, deploy=True)
def check_safe_to_start(*, app_configs: Sequence[AppConfig] | None = None, **options: Any) -> list[CheckMessage]:
    """The same faults in `manage.py check --deploy`."""
    return [Error(fault, id="coordination.E001") for fault in faults()]
