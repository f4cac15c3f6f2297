"""The commands on the page of a case or an exporter: every action open to the reader, and the names on the case, found
by typing.

The page holds the list; `commands.js` shows it as a dialog. Without the script it is a folded list of links.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import resource_of
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button
from cases.casefile.action_groups import grouped
from cases.casefile.rows import ITEM, PARTY, SHIPMENT
from coordination.workspace.case_page import CasePage

from .choosing import words_of

OF_ROWS = (PARTY, ITEM, SHIPMENT)
MOST_ROWS = 20  # of each kind, whose actions and names are listed


@dataclass(frozen=True)
class Command:
    """A link, its label, and the words by which it is found besides."""

    label: str
    url: str
    words: str


@dataclass(frozen=True)
class CommandGroup:
    label: Text
    commands: list[Command]


def commands_of(parts: CasePage, *, contents: bool) -> list[CommandGroup]:
    """First the actions on the case, then those on its strands and facts, then the names."""
    facts = list(_facts(parts)) if contents else []
    found = [
        *(CommandGroup(one.label, [*map(_of_button, one.buttons)]) for one in grouped(parts.buttons)),
        CommandGroup(_("Strands"), [*_on_strands(parts)]),
        CommandGroup(_("Actions on one fact"), [*_on_facts(parts, facts)]),
        CommandGroup(_("On this case"), [*_names(parts, facts)]),
    ]
    return [group for group in found if group.commands]


def commands_on(buttons: Iterable[Button]) -> list[CommandGroup]:
    """These actions on one object, on its page."""
    found = [*map(_of_button, buttons)]
    return [CommandGroup(_("Actions"), found)] if found else []


def _facts(parts: CasePage) -> Iterator[tuple[str, Any]]:
    """The rows of the case, each with the field that names it in actions."""
    for kind in OF_ROWS:
        yield from ((kind.name, row) for row in kind.rows(parts.case)[:MOST_ROWS])


def _of_button(button: Button) -> Command:
    return Command(str(button.words.button), button.url, _in_other_language(button.words.button))


def _about(button: Button, name: str, url: str) -> Command:
    label = _("%(step)s: %(what)s") % {"step": button.words.button, "what": name}
    return Command(label, url, f"{_in_other_language(button.words.button)} {words_of(name)}")


def _on_strands(parts: CasePage) -> Iterator[Command]:
    for row in parts.strands[:MOST_ROWS]:
        name = f"{row.thing.get_kind_display()} {row.status.number}".strip()
        buttons = resource_of(row.thing).buttons(parts.actor, row.thing)
        yield from (_about(button, name, button.url) for button in buttons)


def _on_facts(parts: CasePage, facts: Iterable[tuple[str, Any]]) -> Iterator[Command]:
    lines = resource_of(parts.case).workflow_of(parts.case).transitions
    for name, row in facts:
        of_row = [button for button in parts.buttons if lines[button.verb].of_row == name]
        yield from (_about(button, str(row), f"{button.url}?{name}={row.pk}") for button in of_row)


def _names(parts: CasePage, facts: Iterable[tuple[str, Any]]) -> Iterator[Command]:
    for name, row in facts:
        yield Command(str(row), f"?tab=overview#{name}-{row.pk}", words_of(str(row)))
    for strand in parts.rows:
        label = f"{strand.thing.get_kind_display()} {strand.status.number}".strip()
        yield Command(label, strand.url, words_of(label))


def _in_other_language(label: Text) -> str:
    """The label in every language, with its pinyin."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(label))
    return words_of(*found)
