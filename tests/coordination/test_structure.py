"""What the linter cannot see of the house: string foreign keys that point upward, texts that no catalogue finds."""

import re

from django.apps import apps
from django.conf import settings

FLOORS = {"agencies": 0, "cases": 1, "coordination": 2}
ROOMS = {
    "agencies": [{"kernel"}, {"journal"}, {"organs", "calendar"}, {"people", "machines"}, {"runs"}, {"duty"}],
    "cases": [
        {"controls"},
        {"casefile"},
        {"sharing", "clocks", "papers", "evidence", "watchlists"},
        {"custody"},
        {"proceedings"},
        {"intake"},
    ],
    "coordination": [
        {"desk", "saved"},
        {"sealed"},
        {"corrections"},
        {"tasks"},
        {"playbooks"},
        {"referrals"},
        {"directions"},
        {"opinions"},
        {"conferences"},
        {"notes", "chasing"},
        {"routing"},
        {"papers"},
        {"notifications"},
        {"outcomes"},
        {"channels"},
        {"escalation"},
        {"search"},
        {"metrics"},
        {"briefing"},
    ],
}


def height(model) -> tuple[int, int]:
    floor, room = model.__module__.split(".")[:2]
    return FLOORS[floor], next(n for n, rooms in enumerate(ROOMS[floor]) if room in rooms)


def ours():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]


def test_no_foreign_key_points_upward():
    upward = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model in ours() and height(field.related_model) > height(model)
    ]
    assert upward == []


def test_no_text_is_asked_for_by_a_name_that_the_catalogue_does_not_know():
    """What is imported as anything but `_` or by its own name is never extracted, and so never translated."""
    renamed = re.compile(r"\bn?p?gettext(?:_lazy)? as (?!_$|_,)", re.MULTILINE)
    sources = [path for floor in FLOORS for path in (settings.BASE_DIR / floor).rglob("*.py")]
    assert [str(path) for path in sources if renamed.search(path.read_text(encoding="utf-8"))] == []


def test_every_model_of_a_case_says_who_sees_it():
    """A model with a way to a case answers `visible_to`, or is reached only through one that does."""
    through = {
        *("Identifier", "Hold", "Share", "Breach", "Contribution", "Revision", "LeadMark", "Package", "SignedCopy"),
        *("CustodyEvent", "Alert", "ClockPause", "ClockApplication", "ClockExtension", "ClockChange"),
        *("Case_violation_types", "Case_techniques", "Referral_team", "CaseNumbers"),
        *("Proceeding_team", "Assessment", "Payment", "Remedy"),
        *("OpinionLevel", "Participant", "Minutes", "Resolution"),
        *("NamedPerson", "Mention", "Reading", "Bookmark"),
        "Tally",  # numbers without their rows; `count_with` gives each reader his own
        *("Preference", "Habit", "Threshold", "Progress", "Carried", "DefaultView", "Step"),
        *("RoutingRule", "RoutingMark", "RoutingRule_officers"),
    }
    silent = [
        model.__name__
        for model in ours()
        if model.__module__.split(".")[0] != "agencies"
        and not model.__module__.startswith("cases.controls")
        and model.__name__ not in through | {"Rule", "ExtensionStep", "PauseGround"}
        and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert silent == []
