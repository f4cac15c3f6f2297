"""The figures of a bulletin beside its text: as issued, as known today, and exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agencies.kernel.actor import Actor

from .access import editor
from .figures import BulletinFigures, words_of
from .models import Bulletin


@dataclass(frozen=True)
class ComparedFigure:
    """One figure. `said` is in the text, `today` is known now ("" if the reader may not see it), and `exact` the number
    behind one for publication, for those who edit.
    """

    key: str
    name: str
    said: str
    today: str
    exact: str

    @property
    def has_changed(self) -> bool:
        return bool(self.today) and self.today != self.said


def compared(
    bulletin: Bulletin, actor: Actor, sheet: Mapping[str, Any], now: Mapping[str, Any], figures: BulletinFigures
) -> Iterator[ComparedFigure]:
    """The figures of a sheet, with those of `now`. Figures that left the agencies are compared for those who edit only:
    a change of one would be a small number."""
    edits = editor(actor, bulletin)
    compares = bool(bulletin.content) and (edits or bulletin.distribution == Bulletin.Distribution.INTERNAL)
    open_figures = replace(figures, are_rounded=False)
    for key, said in sheet["figures"].items():
        figure = figures.by_key[key]
        exact = words_of(figure, open_figures)
        yield ComparedFigure(
            key=key,
            name=said["name"],
            said=said["words"],
            today=now["figures"][key]["words"] if compares else "",
            exact=exact if edits and exact != now["figures"][key]["words"] else "",
        )
