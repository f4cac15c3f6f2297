"""What the effective events of an object say of the states in which it was."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from agencies.kernel.measures import first_entered, stays

START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")


def event(day, to, before=""):
    return SimpleNamespace(from_state=before, to_state=to, happened_at=START + timedelta(days=day))


def test_a_stay_lasts_from_one_change_of_state_or_from_its_beginning_to_the_next():
    history = [event(0, "OPEN"), event(3, "HELD", "OPEN"), event(8, "CLOSED", "HELD")]
    assert [(one.state, (one.ended - one.began).days) for one in stays(history)] == [("OPEN", 3), ("HELD", 5)]
    history = [event(1, "OPEN", "OPEN"), event(4, "HELD", "OPEN")]
    assert [(one.state, (one.ended - one.began).days) for one in stays(history, START)] == [("OPEN", 4)]


def test_a_note_taken_before_a_late_record_of_the_transition_does_not_lead_back():
    """The officer adds a party on the fifth day; the hand-over of the third day is recorded on the sixth."""
    history = [event(0, "OPEN"), event(3, "HELD", "OPEN"), event(5, "OPEN", "OPEN"), event(8, "CLOSED", "HELD")]
    assert [(one.state, (one.ended - one.began).days) for one in stays(history)] == [("OPEN", 3), ("HELD", 5)]
    assert first_entered(history, "OPEN") == START
