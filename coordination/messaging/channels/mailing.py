"""Mail: how many items wait, how many are urgent, and where to read them. No title, name or number, because mail leaves
the network."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Sending


class MailFailed(Exception):
    """The reason as a code of ours, because a server's own text may name the addressee."""


class Mailer:
    """A connection for one run. An unreachable server is not tried again in the run."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None
        self.is_down = False

    def send(self, sending: Sending, *, items: int, urgent: int) -> None:
        """Sends one mail. Raises MailFailed."""
        try:
            if self.connection is None:
                connection = get_connection(fail_silently=False)
                connection.open()
                self.connection = connection
        except (OSError, smtplib.SMTPException) as down:
            self.is_down = True
            raise MailFailed("server not reached") from down
        try:
            message = message_of(sending, items, urgent)
            message.connection = self.connection
            message.send()
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((code for code, _words in refused.recipients.values()), 0)
            raise MailFailed(f"SMTP {code}") from refused
        except smtplib.SMTPResponseException as refused:
            raise MailFailed(f"SMTP {refused.smtp_code}") from refused
        except (OSError, smtplib.SMTPException) as broken:
            self.is_down = True
            self.close()
            raise MailFailed("server broke off") from broken

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.close()
            except (OSError, smtplib.SMTPException):
                self.is_down = True  # the connection was being closed anyway
            self.connection = None


def message_of(sending: Sending, items: int, urgent: int) -> EmailMessage:
    person: Any = sending.person  # Any: a mail always has a person, by a check of its row
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = summary(items, urgent)
        where = f"{settings.PUBLIC_URL}{reverse('inbox')}"
        return EmailMessage(
            subject=subject,
            body=f"{subject}\n\n{where}\n",
            from_email=settings.MAIL_FROM,
            to=[person.email],
            headers={"Message-ID": sending.message_id, "Auto-Submitted": "auto-generated"},
        )


def summary(items: int, urgent: int) -> str:
    """Returns, for example, "3 new items, 1 urgent"."""
    text = ngettext("%(items)d new item", "%(items)d new items", items) % {"items": items}
    return _("%(items)s, %(urgent)d urgent") % {"items": text, "urgent": urgent} if urgent else text
