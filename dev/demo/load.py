"""Loads the demonstration: people first, then every story that has not been played yet."""

from datetime import datetime

from agencies.kernel.work import atomic
from agencies.people.demo import load_demo_users
from agencies.people.models import User
from cases.clocks.jobs import sweep
from cases.proceedings.measure_actions import lapse_measures
from coordination.automation.escalation.jobs import escalate_duties
from coordination.automation.routing.jobs import route
from coordination.exchange.opinions.actions import follow_facts
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.outcomes.actions import record_outcomes

from .campaigns import load_campaigns
from .confirmations import load_confirmations
from .duty import load_duty
from .end_uses import load_end_uses
from .imports import load_imports
from .major_cases import load_major_cases
from .playbooks import walk_playbooks
from .player import Player
from .prevention import load_prevention
from .prevention_checks import load_prevention_checks
from .prevention_states import load_prevention_states
from .queries import load_queries
from .reminders import load_reminders
from .risk_rules import load_risk_rules
from .routing import load_rules
from .rule_changes import load_rule_changes
from .screening import load_screening
from .stops import load_stops
from .story_files import INVENTED, LEADS, stories
from .systems import load_messages, load_systems
from .views import load_views
from .watchlists import load_lists


def load_demo(password: str, *, now: datetime) -> tuple[list[User], int]:
    """Returns the demo's people and the number of new matters. Idempotent.

    Runs at once what the worker would do within its first minutes, so that the data are complete.
    """
    people = load_demo_users(password)
    load_duty()
    load_views()
    load_lists()
    load_rule_changes()
    load_systems()
    player = Player(now)
    with atomic():  # one for all, because work items are written at its end
        made = sum(map(player.play, stories("published", *INVENTED)))
        load_rules()  # items in inboxes came after the rules
        made += sum(map(player.play, stories(LEADS)))
    if made:
        load_imports()
        walk_playbooks()
        route()
        sweep()
        follow_facts()
        load_screening()
        load_end_uses()
        lapse_measures()
        load_major_cases()
        load_stops()
        load_queries()
        load_reminders()
        load_campaigns()
        load_confirmations()
        load_prevention()
        load_prevention_checks()
        load_prevention_states()
        load_risk_rules()
        load_messages()
        escalate_duties()
        drain()
        record_outcomes(most=0)
    return people, made
