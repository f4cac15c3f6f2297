"""The commands of docs/api.md work when they are pasted, one after another."""

import json
import re
import shlex
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

BLOCK = re.compile(r"^```sh\n(.+?)^```$", re.DOTALL | re.MULTILINE)
ADDRESS = "http://127.0.0.1:8000"
TEXT = Path("docs/api.md").read_text(encoding="utf-8")
VALUES = ("--header", "--data", "--request", "--cookie", "--form")


def commands(block: str) -> list[str]:
    """One command a line, without comments; a line that ends in a backslash or within quotation marks goes on."""
    found, begun = list[str](), ""
    for line in block.replace("\\\n", " ").splitlines():
        begun = f"{begun}\n{line}" if begun else line
        try:
            shlex.split(begun, comments=True)
        except ValueError:  # an open quotation mark
            continue
        if shlex.split(begun, comments=True):
            found.append(begun)
        begun = ""
    return found


def with_values(word: str, known: dict[str, str]) -> str:
    word = re.sub(r"\$\(uuidgen\)", "5f1d0c4e-0000-4000-8000-000000000001", word)
    return re.sub(r"\$(\w+)", lambda name: known.get(name[1], name[0]), word)


def curl(words: list[str]) -> Any:
    """Sends what curl would send."""
    given: dict[str, list[str]] = {}
    rest, found = iter(words), list[str]()
    for word in rest:
        if word in VALUES:
            given.setdefault(word, []).append(next(rest))
        else:
            found.append(word)
    url = next(word for word in found if word.startswith(ADDRESS))
    headers = dict(one.split(": ", 1) for one in given.get("--header", []))
    kind = headers.pop("Content-Type", "application/json")
    body = "".join(given.get("--data", []))
    method = given.get("--request", ["POST" if body else "GET"])[0]
    return Client().generic(method, url.removeprefix(ADDRESS), body, content_type=kind, headers=headers)


@pytest.mark.django_db
def test_the_first_lead_is_reported_by_pasting() -> None:
    """From the key to the receipt, and the same again."""
    known: dict[str, str] = {}
    answers = []
    for command in commands(BLOCK.findall(TEXT)[0]):
        name, made, call = command.partition("=$(")
        if made:
            words = shlex.split(call.rstrip().removesuffix(")"))
            out = StringIO()
            call_command(*words[words.index("manage.py") + 1 :], stdout=out, stderr=StringIO())
            known[name] = out.getvalue().strip()
        elif command.startswith("curl"):
            answers.append(curl([with_values(word, known) for word in shlex.split(command, comments=True)][1:]))
    assert [one.status_code for one in answers] == [201]
    assert json.loads(answers[0].content)["status"] == "received"


def test_every_command_can_be_pasted() -> None:
    """Nothing is left open, and what a reader must fill in is a variable."""
    for block in BLOCK.findall(TEXT):
        assert commands(block), block
        assert "<" not in re.sub(r"<<?'?\w+|<\(", "", block), block
