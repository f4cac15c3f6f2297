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
from .certificates import certificate
from .circulars import circular
from .conferences import begin, conference, late_conference
from .confidential_letters import confidential
from .corrections import correction, recorded_step
from .crimes import arrested, criminal, judged, let_go, measure, suspect, suspect_walk
from .custody import lot, property_measure
from .diligence import questionnaire, review
from .end_uses import end_use, establish
from .exporter_letters import exporter_letter, investigated, release
from .exporters import exporter
from .imports import (
    HEADINGS,
    import_story,
    lead_line,
    open_case_import,
    results_of,
    rows_of_file,
    table_file,
    uploaded_import,
    work_off,
)
from .inspections import inspection
from .instructions import instruction, late_instruction
from .licences import licence
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
from .queries import customs_query, identification, late_identification, query_on_case, query_without_answer
from .referrals import (
    absent_procuratorate,
    assistance,
    conversion,
    demand,
    eco_lead,
    file_for_prosecution,
    identity,
    letter,
    matter,
    opinion,
    returned,
)
from .reminders import reminder
from .risk_rules import diverted_case, leg, put_into_force, risk_finding, risk_rule
from .rules import LISTED, listing, rule_change, rule_set
from .screening import PARTY, entry, match, match_in_lead, own_entry, own_match
from .stops import late_stop, stop
from .tasks import late_task, task
from .thresholds import threshold
from .transfers import ON_PAPER, received, supervision, transfer
