"""Safety checks for production, made by web server, worker and command line before they start.

An operator may accept some risks in PRODUCTION_WAIVERS; every start logs them.
"""

import logging
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from agencies.kernel import content_key
from coordination.config import private_files, proxies, secrets
from coordination.tooling import schema

log = logging.getLogger(__name__)
OWNS_THE_JOURNAL = "owns-the-journal"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
# Random characters do not compress. 32 random bytes in any alphabet stay above this number of bytes.
LEAST_KEY, LEAST_COMPRESSED = 50, 40
# Risks that an administrator may accept by name.
WAIVERS = frozenset(
    {"weak-secret-key", "trusts-every-proxy", "webhooks-anywhere", "redis-without-password", "redis-without-tls"}
    | {"mail-without-tls", "wildcard-hosts", OWNS_THE_JOURNAL}
)

# Commands for repairing a refused system; all others are refused.
MENDING = frozenset(
    {"appoint", "changepassword", "check", "collectstatic", "dbshell", "disable_demo", "load_reference", "migrate"}
    | {"grant_application_role", "protect_data", "shell", "showmigrations"}
)


# Commands that need no database or wait for it: parts started by `serve` check themselves.
WITHOUT_DATABASE = frozenset({"compile_translations", "makemessages", "makemigrations", "serve"})
AWAY = "The database cannot be reached; start it or set DATABASE_URL."


@dataclass(frozen=True)
class Risk:
    """An acceptable risk; `name` is its name in PRODUCTION_WAIVERS."""

    name: str
    text: str


class CommandLine(ManagementUtility):
    """`manage.py`: on an unsafe system, only repairing commands run."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        if subcommand not in MENDING:
            unknown = "" if subcommand in WITHOUT_DATABASE else AWAY
            try:
                text = refusal()
            except (OperationalError, InterfaceError):
                text = unknown
            if text:
                sys.exit(text)
        return super().fetch_command(subcommand)


def refusal() -> str:
    """Why this system must not start, as text for the operator; "" if it may.

    Raises OperationalError or InterfaceError if the database is unreachable and nothing else is wrong.
    """
    return "\n- ".join(["Refusing to start:", *found]) if (found := faults()) else ""


def faults() -> list[str]:
    """All faults at once, so that one start shows them all. Raises like `refusal`."""
    found = _exposed_debug()
    if settings.PRODUCTION:
        found += _unset() + _generated_secrets() + _exposed_files() + _unknown_waivers()
        found += [_acceptable(risk) for risk in _risks(waived=False)]
    try:
        found += _lost_keys()
        if settings.TRAINING:
            found += _people_of_its_own()
        if settings.PRODUCTION:
            found += _demo_accounts()
            found += [_acceptable(risk) for risk in _owned_journal() if risk.name not in settings.PRODUCTION_WAIVERS]
    except (OperationalError, InterfaceError):
        if not found:
            raise
    return found


def _acceptable(risk: Risk) -> str:
    return f"{risk.text} (or accept it: PRODUCTION_WAIVERS={risk.name})"


def _accepted_in_database() -> list[Risk]:
    """Empty while the database is unreachable: every start waits for it and then logs them."""
    if not settings.PRODUCTION or OWNS_THE_JOURNAL not in settings.PRODUCTION_WAIVERS:
        return []
    return list(_owned_journal())


def _owned_journal() -> Iterator[Risk]:
    # manage.py imports this module before Django has loaded the apps; models can be imported only afterwards.
    from agencies.journal.grants import owns_journal_tables

    if not settings.RUNS_AS_OWNER and owns_journal_tables():
        text = (
            "the role in DATABASE_URL owns the journal, so it could switch the triggers off and rewrite it; let "
            "another role own the tables (MIGRATE_DATABASE_URL) and run manage.py grant_application_role"
        )
        yield Risk(OWNS_THE_JOURNAL, text)


def log_waived() -> None:
    """Logs one line for each accepted risk, at every start."""
    for risk in [*_risks(waived=True), *_accepted_in_database()]:
        log.warning("accepted by PRODUCTION_WAIVERS: %s: %s", risk.name, risk.text)


def _risks(*, waived: bool) -> list[Risk]:
    """Risks named in PRODUCTION_WAIVERS, or the others."""
    if not settings.PRODUCTION:
        return []
    found = [*_weak_key(), *_open_networks(), *_redis_in_the_open(), *_mail_in_the_open(), *_wildcard_hosts()]
    return [risk for risk in found if (risk.name in settings.PRODUCTION_WAIVERS) is waived]


def _unknown_waivers() -> list[str]:
    unknown = sorted(set(settings.PRODUCTION_WAIVERS) - WAIVERS)
    return [f"PRODUCTION_WAIVERS names {', '.join(unknown)}; it knows {', '.join(sorted(WAIVERS))}"] if unknown else []


def _weak_key() -> Iterator[Risk]:
    key = secrets.obtain("SECRET_KEY", folder=settings.DATA_DIR, generate=False)
    if key and (len(key) < LEAST_KEY or len(zlib.compress(key.encode())) < LEAST_COMPRESSED):
        yield Risk("weak-secret-key", f"SECRET_KEY can be guessed; supply at least {LEAST_KEY} random characters")


def _open_networks() -> Iterator[Risk]:
    if any(_is_everywhere(one) for one in proxies.TRUSTED):
        text = "FORWARDED_ALLOW_IPS trusts every address, so a client could claim any; name the proxies"
        yield Risk("trusts-every-proxy", text)
    if any(network.prefixlen == 0 for network in settings.WEBHOOK_NETWORKS):
        text = "WEBHOOK_NETWORKS holds every address; name the networks of the webhooks"
        yield Risk("webhooks-anywhere", text)


def _is_everywhere(entry: str) -> bool:
    if entry == "*":
        return True
    try:
        return ip_network(entry, strict=False).prefixlen == 0
    except ValueError:
        return False


def _redis_in_the_open() -> Iterator[Risk]:
    url = urlsplit(settings.REDIS_URL)
    if not url.hostname or _is_this_machine(url.hostname):
        return
    if not url.password:
        text = "REDIS_URL has no password, and Redis is on another machine; add one (rediss://:password@host)"
        yield Risk("redis-without-password", text)
    if url.scheme != "rediss":
        yield Risk("redis-without-tls", "REDIS_URL is not encrypted, and Redis is on another machine; use rediss://")


def _mail_in_the_open() -> Iterator[Risk]:
    if not settings.MAILS or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_this_machine(settings.EMAIL_HOST)):
        yield Risk("mail-without-tls", "MAIL_URL is not encrypted; use smtp+tls:// or smtp+ssl://")


def _wildcard_hosts() -> Iterator[Risk]:
    if wild := sorted(host for host in settings.ALLOWED_HOSTS if host.startswith(".")):
        text = f"ALLOWED_HOSTS accepts every host under {', '.join(wild)}; name each host in full"
        yield Risk("wildcard-hosts", text)


def _is_this_machine(host: str) -> bool:
    return host in {"127.0.0.1", "localhost", "::1"}


def _exposed_debug() -> list[str]:
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if not settings.DEBUG or not (strangers or settings.PRODUCTION):
        return []
    return [f"DEBUG shows settings and rows to all who can reach {', '.join(strangers) or 'this system'}; unset it"]


def _unset() -> list[str]:
    found = []
    if not settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is not set; name the hosts this system answers to")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is *; name the hosts this system answers to")
    # Not settings.SECRET_KEY, which Django refuses to show when empty.
    if not secrets.obtain("SECRET_KEY", folder=settings.DATA_DIR, generate=False):
        found.append("SECRET_KEY is not set; supply at least 50 random characters")
    return found


def _generated_secrets() -> list[str]:
    path = settings.DATA_DIR / secrets.FILE_NAME
    return [
        f"{name} was generated for development; supply it in the environment and delete {path}"
        for name in secrets.stored_names(settings.DATA_DIR)
    ]


def _demo_accounts() -> list[str]:
    people = get_user_model()
    # A database without tables has no demo accounts, and must remain migratable.
    if people._meta.db_table not in connection.introspection.table_names():
        return []
    active = people._default_manager.filter(is_demo=True, is_active=True)
    names = list(active.order_by("username").values_list("username", flat=True))
    return [f"demo accounts are active ({', '.join(names)}); run manage.py disable_demo"] if names else []


def _lost_keys() -> list[str]:
    """Encrypted texts exist without their key: new ones with a new key would hide the loss."""
    letters = apps.get_model("confidential", "ConfidentialLetter")
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
    """A training system must not use a working database, or practice matters would mix with real ones."""
    people = get_user_model()
    if people._meta.db_table not in connection.introspection.table_names():
        return []
    if not people._default_manager.filter(is_demo=False).exists():
        return []
    return ["this database has accounts of real people; a training system needs another: set DATA_DIR or DATABASE_URL"]


@register(Tags.security, deploy=True)
def check_safe_to_start(*, app_configs: Sequence[AppConfig] | None = None, **options: Any) -> list[CheckMessage]:
    """The same faults and accepted risks in `manage.py check --deploy`, and a database of another schema."""
    accepted = [Warning(f"{risk.text} (accepted: {risk.name})", id="coordination.W001") for risk in _risks(waived=True)]
    found = [Error(fault, id="coordination.E001") for fault in faults()]
    # Without tables there is nothing to compare; `prepare` makes them.
    if connection.introspection.table_names() and (differing := schema.differences()):
        found.append(Error(schema.refusal(differing), id="coordination.E002"))
    return [*found, *accepted]
