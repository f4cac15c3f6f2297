"""Models of proceedings and of their lines.

A proceeding has party decisions (administrative) or suspects (criminal). Each of these lines ends separately; the
proceeding closes when all have ended.
"""

from cases.casefile.walls import WALL, has_a_wall, walled_ids

from .assessment import Assessment
from .decision import Decision
from .line import LineQuerySet, PartyLine
from .measure import Measure, MeasureQuerySet
from .payment import Payment
from .procedural_step import ProceduralStep
from .proceeding import REVIEWS, TRIALS, Proceeding, ProceedingQuerySet
from .property import PropertyMeasure
from .remedy import Remedy
from .suspect import Suspect
from .wall import walled_off, walled_rows, without_other_side

InProceeding = Proceeding | PartyLine | Measure | PropertyMeasure


def lines_of(proceeding: Proceeding) -> LineQuerySet:
    """The suspects (criminal) or party decisions (administrative) of the proceeding."""
    model = Suspect if proceeding.is_criminal else Decision
    lines: LineQuerySet = model.objects.filter(proceeding=proceeding)
    return lines
