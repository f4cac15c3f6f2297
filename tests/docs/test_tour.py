"""docs/tour.md names lines of workflow tables, events of its story, tests and pictures that exist."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from dev.demo.player import Player
from dev.demo.story_files import stories
from tests.pictures import TOUR

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| ([\w-]+) \| (\w+) \| (.+?) \| (\w+)\.(\w+) \| (\S+)::(\w+) \|$", PAGE, re.M)


def test_each_line_is_in_its_workflow_table():
    assert len(LINES) > 25
    for name, verb, states, *_rest in LINES:
        found = [workflow.transitions.get(verb) for workflow in RESOURCES[name].workflows]
        moves = {f"{source} → {line.to}" for line in found if line for source in line.sources if line.to}
        assert any(found), (name, verb)
        assert states in moves or (states == "–" and not all(line.to for line in found if line)), (name, verb, states)


@pytest.mark.slow
@pytest.mark.django_db
def test_each_event_happens_in_its_story():
    player = Player(timezone.now())
    for story in stories("tour"):
        player.play(story)
    happened = set(Event.objects.values_list("object_kind", "verb"))
    assert [line[3:5] for line in LINES if line[3:5] not in happened] == []


def test_each_test_exists():
    missing = [
        (path, name) for *_line, path, name in LINES if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_each_picture_is_taken_and_shown():
    taken = {f"pictures/{one.name}-{language}.png" for one in TOUR for language in one.languages}
    assert set(re.findall(r"\]\((pictures/[^)]+)\)", PAGE)) == taken
    assert all((ROOT / "docs" / name).stat().st_size <= 60_000 for name in taken)
