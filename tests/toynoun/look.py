"""Prints where the toy appears, as one JSON object. Run with `tests.toynoun.settings`, without a database."""

import json
import sys

import django

django.setup()

from django.urls import reverse  # noqa: E402

from agencies.kernel.actor import Actor  # noqa: E402
from agencies.kernel.resource import HEADINGS, RESOURCES, SEARCHED  # noqa: E402
from agencies.kernel.tables import csv_file  # noqa: E402
from agencies.people.timeline import sentences  # noqa: E402
from coordination.api import shapes  # noqa: E402
from coordination.api.groups import GROUPS  # noqa: E402
from coordination.api.schema import document  # noqa: E402
from coordination.insight.audit import KINDS  # noqa: E402
from coordination.lists.listing import LISTS  # noqa: E402
from tests.toynoun.models import Toy  # noqa: E402

actor, toy, listed = Actor(kind="user", id="1"), Toy(pk=7, title="Top", price=12), LISTS["toys"]
row = shapes.row_of(RESOURCES["toys"])(toy, context={"actor": actor}).data
found = {
    "api": reverse("api-toys"),
    "verb": reverse("verb", args=["toys", "00000000-0000-4000-8000-000000000000", "play"]),
    "row": {name: row[name] for name in ("state", "title", "price")},
    "schema": sorted(path for path in document("en")["paths"] if "/toys/" in path),
    "group": str(GROUPS["toys"]),
    "file": csv_file([listed.heads(), *listed.cells([toy], actor)]).decode("utf-8-sig"),
    "search": [str(HEADINGS["toys"]), *(text.value for text in SEARCHED["toy"].texts(toy))],
    "audit": str(KINDS["toy"]),
    "timeline": str(sentences()["toy", "play"]),
}
sys.stdout.write(json.dumps(found))
