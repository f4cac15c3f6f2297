"""Every form of every page accepts any input in every field: never an internal error; a refusal names the errors, and
the input is kept in the form.

Forms are found as a browser finds them, on all pages of the resolver; those of actions are tested in process. Values
are drawn from a seed, printed on failure: FUZZ=<seed> repeats a run.
"""

import html
import os
import random
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.texts import character_error
from agencies.kernel.work import atomic

from .routes import every_route
from .test_nonsense import asking
from .test_route_matrix import may_knock, stage

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("FUZZ", "20261127"))
NASTY = [
    "",
    " \t ",
    "x" * 10_000,
    "案" * 3_000,
    "9" * 400,
    "-1",
    "0",
    "NaN",
    "1e999",
    "-0.00001",
    "１２３",
    "三百",
    "2026-02-31",
    "9999-12-31",
    "0001-01-01T00:00",
    "2026-02-31T25:61",
    "\x00",
    "a\x1b[31mb",
    "\u202egnp.exe",
    "\ud800",
    "👩‍👩‍👧‍👦\u0301\ufeff",
    "<script>alert(1)</script>{{ 7|add:7 }}%(x)s%s{}",
    "'; DROP TABLE casefile_case; --",
    "../../etc/passwd",
    "00000000-0000-4000-8000-000000000000",
    "{not json",
    "true",
    "中国 越南",
    "a,b\r\n1,2,3\r\n\"",
    "javascript:alert(1)",
]  # fmt: skip
FILES = [
    b"",
    b"%PDF-1.4\nnonsense\n%%EOF",
    b"PK\x03\x04",
    b"\xff\xfe\x00",
    b"a,b\n" + b"x" * 5_000,
    "a\n\u202eb".encode(),
]
GIVEN = ("csrfmiddlewaretoken", "sheet", "next")  # set by the page
ENDS_THE_SESSION = ("logout", "password_change")
WHO = ["customs.officer", "customs.head", "customs.admin", "centre.coordinator", "auditor", "sysadmin", "secadmin"]


class FormFinder(HTMLParser):
    """The forms of a page that are posted: address → fields by name, with their kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, tuple[str, str]]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        data = dict(attrs)
        if tag == "form":
            self.inside = data.get("method", "").lower() == "post"
            if self.inside:
                self.forms.append((data.get("action") or "", {}))
        elif self.inside and tag in ("input", "select", "textarea", "button") and data.get("name"):
            kind = data.get("type", tag) if tag == "input" else tag
            self.forms[-1][1][data["name"]] = (kind, data.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def sendable(text):
    """As a browser would send it: without unpaired surrogates."""
    return text.encode(errors="replace").decode()


def filled(fields, draw):
    """One submission: random input in all fields; a field may be missing or sent twice."""
    typed = {}
    for name, (kind, value) in fields.items():
        if kind == "file":
            typed[name] = SimpleUploadedFile("a\u202egnp.pdf", draw.choice(FILES))
        elif kind in ("button", "submit") or name in GIVEN:
            typed[name] = value
        elif name.endswith(("_FORMS",)):
            typed[name] = draw.choice(["", "-1", "x", "9" * 20, "3", value])
        elif draw.random() > 0.1:
            answers = [sendable(draw.choice(NASTY)) for _n in range(draw.choice([1, 1, 1, 2]))]
            typed[name] = answers if len(answers) > 1 else answers[0]
    return typed


def lost(page, fields, typed):
    """Fields whose input is missing in the returned form."""
    shown = html.unescape(page)
    return [
        name
        for name, value in typed.items()
        if fields[name][0] in ("text", "textarea")
        and isinstance(value, str)
        and value.strip()
        and not character_error(value)
        and "\ufeff" not in value
        and f'name="{name}"' in page
        and unicodedata.normalize("NFC", value.strip()).replace("\r\n", "\n") not in shown.replace("\r\n", "\n")
    ]


@pytest.mark.parametrize("who", WHO)
def test_no_form_of_a_page_breaks_or_loses_input(cast, who):
    """Of pages and forms, every fifth is asked over HTTP, and each form with a file, which the middleware scans."""
    things, draw = stage(cast), random.Random(f"{SEED} {who}")
    over_http, clients = cast.browser(who), asking(cast, who)
    for route in every_route():
        if route.is_api or route.permission == "public" or not may_knock(route, who) or route.name in ENDS_THE_SESSION:
            continue
        url = route.url(things)
        page = next(clients).get(url)
        if page.status_code != 200 or "text/html" not in page.headers.get("Content-Type", ""):
            continue
        for action, fields in FormFinder(page.content.decode()).forms:
            if action.endswith(("/logout/", "/password/")):
                continue
            typed = filled(fields, draw)
            has_a_file = any(kind == "file" for kind, _value in fields.values())
            with atomic():
                answer = (over_http if has_a_file else next(clients)).post(urljoin(url, action), typed)
                transaction.set_rollback(True)
            shown = (SEED, route.name, action, typed)
            assert answer.status_code < 500, shown
            if answer.status_code == 400 and "text/html" in answer.headers["Content-Type"]:
                text = answer.content.decode()
                assert "cv-note-warn" in text or "cv-error" in text or "errorlist" in text or "is-invalid" in text, (
                    shown
                )
                assert lost(text, fields, typed) == [], shown


@pytest.mark.parametrize("who", ["customs.officer", "customs.head", "antismuggling.head", "centre.coordinator"])
def test_no_input_to_an_action_breaks_its_form_or_is_lost(cast, who):
    """In process: each form with each field invalid in turn, and all at once."""
    things, actor, draw = stage(cast), cast[who], random.Random(f"{SEED} verbs {who}")
    models = {resource.model for resource in RESOURCES.values()}
    for thing in {thing.pk: thing for thing in things.values() if type(thing) in models}.values():
        workflow = resource_of(thing).workflow_of(thing)
        for verb, declared in workflow.transitions.items():
            fields = declared.all_fields()
            for _turn in range(3):
                data = QueryDict(mutable=True)
                for ask in fields:
                    if answers := [draw.choice(NASTY) for _n in range(draw.choice([0, 1, 1, 2]))]:
                        data.setlist(ask.name, answers)
                form = ActionForm(fields, thing=thing, actor=actor, data=data)
                shown = (SEED, verb, data)
                form.is_valid()
                assert set(form.errors) <= {*form.fields, "__all__"}, shown
                for ask in fields:
                    if ask.kind in ("text", "long", "table") and ask.name in data:
                        assert data[ask.name].strip() in html.unescape(str(form[ask.name])), shown
