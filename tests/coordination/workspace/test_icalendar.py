"""Calendar files that calendar programs read."""

from datetime import UTC, datetime

from coordination.workspace.icalendar import CalendarEvent, escape, fold, icalendar_text

DUE = datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)
EVENT = CalendarEvent(uid="task-1@example.org", summary="Task; EC-1, part", at=DUE, url="https://example.org/tasks/1/")


def test_an_event_is_at_its_time_in_shanghai():
    text = icalendar_text([EVENT], datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\r\nDTSTART;TZID=Asia/Shanghai:20261201T235959\r\n" in text
    assert "\r\nDTSTAMP:20261130T160000Z\r\n" in text
    assert "\r\nSUMMARY:Task\\; EC-1\\, part\r\n" in text


def test_special_letters_are_escaped():
    assert escape("a\\b;c,d\r\ne\nf") == "a\\\\b\\;c\\,d\\ne\\nf"


def test_long_lines_are_folded_between_letters_and_read_again():
    for line in ("x" * 75, "x" * 76, "期限" * 60, "SUMMARY:" + "é" * 200, ""):
        folded = fold(line)
        assert folded.replace("\r\n ", "") == line
        assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert "\r\n" not in fold("x" * 75)
