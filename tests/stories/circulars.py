"""Circulars: one text of the commerce bureau to many exporters."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agencies.runs.worker import work
from coordination.prevention.circulars.actions import EXPORTER_ACTIONS, begin
from coordination.prevention.circulars.models import Circular
from coordination.prevention.exporters.models import Exporter
from coordination.tooling.operation.background_jobs import WORKS

from ..kept_stories import story
from .basics import walk
from .exporters import exporter

OFFICER, LEAD, SECOND = "commerce.officer", "commerce.lead", "commerce.head"
TEXT = "{企业名称}：自明年1月1日起，出口锑须申请许可。"


@story
def circular(cast: Any, state: str = "DRAFT", to: Any = (), **rest: Any) -> Circular:
    """A circular of the commerce bureau, walked to `state`; `to` are its addressees, by default one."""
    values: dict[str, Any] = {"kind": "guidance", "title": "锑的许可", "text": TEXT, "remark": "Ask Lin.", **rest}
    if values["kind"] == "talk":
        values |= {"venue": "Room 3", "due_at": timezone.now() + timedelta(days=4)}
    made: Circular = begin(actor=cast[OFFICER], **values)
    for one in to or [exporter(cast)]:
        add(cast, made, one)
    read = [("finish", OFFICER, {}), ("confirm", LEAD, {})]
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "REVIEW": read[:1],
        "READ": read,
        "SENDING": [*read, ("send_all", LEAD, {})],
    }
    walk(cast, made, paths["SENDING" if state == "SENT" else state])
    if state == "SENT":
        work(WORKS, seconds=60)
        made.refresh_from_db()
    assert made.state == state
    return made


def add(cast: Any, to: Circular, who: Exporter, by: str = OFFICER) -> None:
    EXPORTER_ACTIONS["add_to_circular"](who, actor=cast[by], circular=str(to.pk))


def exporters(cast: Any, *names: str, by: str = OFFICER) -> list[Exporter]:
    """Exporters of a register without numbers."""
    return [exporter(cast, by=by, name=name, uscc="") for name in names]
