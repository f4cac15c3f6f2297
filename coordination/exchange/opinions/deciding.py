"""What a responsible person decides about an agency's opinion."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Facts, OfficeDecision

from .access import OFFICE
from .models import Opinion


def _opinion_texts(opinion: Opinion) -> Facts:
    """The question, and the opinion of each level below."""
    levels = [
        (
            gettext("%(level)s: %(stance)s")
            % {"level": level.get_level_display(), "stance": level.get_stance_display()},
            "\n".join(filter(None, (level.conditions, level.reasons))),
        )
        for level in opinion.levels.filter(turn=opinion.turn)
    ]
    return [(_("The question"), opinion.round.text), *levels]


DECISION = OfficeDecision(
    words=lambda opinion: _("Opinion of the agency"),
    article=lambda opinion: "",
    verbs=("give", "confirm", "send_back"),
    waits=lambda rows: rows.filter(state__in=[Opinion.State.WITH_HEAD, Opinion.State.OUTDATED]),
    of_agencies=lambda rows, agencies: rows.filter(agency__in=agencies),
    agency="agency",
    case="round__case",
    related=("round__case", "round__agency", "agency", "handler"),
    title=lambda opinion: opinion.round.title,
    prepared_by=lambda opinion: opinion.handler,
    facts=lambda opinion: [
        (_("Requesting agency"), opinion.round.agency.name),
        (_("Based on earlier facts"), opinion.get_stance_display()),
    ],
    texts=_opinion_texts,
    office=OFFICE,
)
