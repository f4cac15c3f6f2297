"""Builders of test data. They use the same actions as officers, which tests also find here."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.casefile.actions import add_party
from cases.papers.actions import add_paper
from cases.proceedings.actions import add_line, open_proceeding
from cases.sharing.actions import share_case
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.tasks.actions import ask_task

from .administration import declared, read_alert, rights_changed, rights_requested, roster, saved_view, seconded
from .basics import NO_CRIME, PASSWORD, late_clock, scan, serial, to_state, tomorrow, walk, with_paper
from .bulletins import bulletin, typical_case
from .campaigns import by_two, campaign, major_case
from .casefile import case, concluded, content, lead, shared_case
from .conferences import begin, conference, late_conference
from .confidential_letters import confidential
from .corrections import correction, recorded_step
from .crimes import arrested, criminal, judged, let_go, measure, suspect, suspect_walk
from .custody import lot, property_measure
from .instructions import instruction, late_instruction
from .notes import note
from .opinions import agency_opinion, late_opinion, opinion_round
from .papers import attachment, incoming, paper, paper_of
from .proceedings import (
    ASSESSED,
    DISCUSSED,
    REVIEWED,
    bureau_proceeding,
    by_person,
    decided,
    decision,
    heard,
    in_review,
    joins_team,
    notice,
    noticed,
    proceeding,
    review_and_discuss,
    reviewed,
    serve_notice,
    served,
    team,
)
from .referrals import (
    absent_procuratorate,
    assistance,
    conversion,
    demand,
    eco_lead,
    identity,
    letter,
    matter,
    opinion,
    returned,
)
from .reminders import reminder
from .rules import LISTED, listing, rule_change, rule_set
from .tasks import late_task, task
from .thresholds import threshold
from .transfers import ON_PAPER, received, supervision, transfer
