"""Prints where the toy appears, as one JSON object. Run with `tests.toynoun.settings`, on a database in memory.

The database has the tables of all models without the migrations, which would take ten times as long.
"""

import json
import sys
from datetime import date

import django

django.setup()

# What follows imports models, or settings that the start of Django reads.
from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from agencies.kernel.resource import HEADINGS, SEARCHED  # noqa: E402
from agencies.kernel.tables import csv_file  # noqa: E402
from agencies.kernel.work import atomic, touch  # noqa: E402
from agencies.organisations.models import Agency  # noqa: E402
from agencies.people.models import Membership, User  # noqa: E402
from agencies.people.sight import actor_for  # noqa: E402
from agencies.people.timeline import sentences  # noqa: E402
from coordination.api.groups import GROUPS  # noqa: E402
from coordination.api.schema import document  # noqa: E402
from coordination.insight.audit.journal_pages import KINDS  # noqa: E402
from coordination.lists.listing import LISTS  # noqa: E402
from tests.toynoun.models import Toy  # noqa: E402

with connection.schema_editor() as editor:
    for model in apps.get_models():
        editor.create_model(model)

agency, other = (Agency.objects.create(code=code, name_en=code, name_zh=code) for code in ("TOYS", "OTHER"))
person = User.objects.create_user("player", agency=agency, name_en="Player", language="en")
Membership.objects.create(user=person, unit=agency, role="officer", since=date(2026, 1, 1))
with atomic():
    toy = Toy.objects.create(agency=agency, owner=person, title="Top", price=12)
    hidden = Toy.objects.create(agency=other, title="Whip", price=7)
    touch("toy", toy.pk, hidden.pk)
setup_test_environment()  # so that a response has the context of its page
actor, listed, browser = actor_for(person), LISTS["toys"], Client()
browser.force_login(person)
[row] = browser.get("/api/v1/toys/").json()["results"]
rows = listed.found(QueryDict("state=NEW"), actor)
kind = SEARCHED["toy"]
found = {
    "api": reverse("api-toys"),
    "verb": reverse("verb", args=["toys", toy.pk, "play"]),
    "row": {name: row[name] for name in ("state", "title", "price")},
    "rows": [one["title"] for one in browser.get("/api/v1/toys/").json()["results"]],
    "one": browser.get(f"/api/v1/toys/{toy.pk}/").json()["title"],
    "not one": browser.get(f"/api/v1/toys/{hidden.pk}/").status_code,
    "schema": sorted(path for path in document("en")["paths"] if "/toys/" in path),
    "group": str(GROUPS["toys"]),
    "file": csv_file([listed.heads(), *listed.cells(list(listed.shown(rows, actor)), actor)]).decode("utf-8-sig"),
    "search": [str(HEADINGS["toys"]), *(text.value for text in kind.texts(kind.read_by(actor).get()))],
    "audit": str(KINDS["toy"]),
    "timeline": str(sentences()["toy", "play"]),
    "queue": [line.what for line in browser.get("/queues/").context["page"].items],
    "home": [line.what for line in browser.get("/").context["worklist"].lines],
    "list": [title for title in ("Top", "Whip") if f'">{title}' in browser.get("/toys/").text],
}
sys.stdout.write(json.dumps(found))
