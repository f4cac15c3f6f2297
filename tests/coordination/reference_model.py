"""A second, independent model of the workflows: source and target states of each action, and who performs it.

Written to be read by lawyers, separate from the workflow tables; a change of a table is made here as well. The walks of
`test_random_walks.py` compare the two.
"""

from dataclasses import dataclass

KEEPS = "="

# table: from these states > to that one (= keeps it): by these verbs
PATHS = {
    "lead": """
        RECEIVED > TAKEN_UP: take_up
        TAKEN_UP > RECEIVED: put_back
        RECEIVED TAKEN_UP > PROMOTED: promote
        RECEIVED TAKEN_UP > ATTACHED: attach
        ATTACHED > TAKEN_UP: detach
        RECEIVED TAKEN_UP > RECEIVED: assign return_lead place
        PROMOTED > TAKEN_UP: undo_promotion
        ATTACHED PROMOTED > =: take_over_news take_over_files set_news_aside place_news
        RECEIVED TAKEN_UP > CLOSED: close
        PROMOTED > CLOSED: void
        CLOSED > TAKEN_UP: reopen
        RECEIVED TAKEN_UP PROMOTED ATTACHED CLOSED > =: register_exporter
    """,
    "case": """
        CONCLUDED HANDLING OPENED > =: classify add_party add_item identify_item keep_basis ask_news add_shipment
            add_act change_act
            change_party remove_party restore_party restore_item restore_shipment restore_identifier
            add_leg change_leg remove_leg restore_leg
            add_identifier remove_identifier change_item remove_item change_shipment
            remove_shipment set_violation_types set_techniques raise_handling
            add_paper take_goods share unshare offer_lead accept_lead decline_lead open_proceeding file_criminal
            ask_task draft_transfer request_assistance transfer_lead give_notice send_copy transfer_eco_lead
            enquire_identity transfer_matter return_matter give_opinion demand_transfer record_return convert
            prepare_file
            assign_down instruct designate take_up ask_up record_instruction ask_opinions
            call_conference mark_major send_stop request_inspection query_goods ask_identification
            examine_end_use plan_inspection register_exporter
        CLOSED CONCLUDED > =: draft_typical_case
        CLOSED CONCLUDED HANDLING OPENED > =: write_note attach_file draft_confidential_letter
        CONCLUDED HANDLING OPENED > HANDLING: handle
        HANDLING OPENED > CONCLUDED: conclude
        CONCLUDED > CLOSED: close
        HANDLING OPENED > CLOSED: void
        CLOSED CONCLUDED > OPENED: reopen
    """,
    "administrative": """
        VERIFY WARN FILED_ADM INVESTIGATE DECIDED > =: apply_playbook renew_playbook
        FILED_ADM INVESTIGATE > =: add_line name_team
        VERIFY > =: query answer_query
        FILED_ADM INVESTIGATE VERIFY > =: serve_audit begin_audit audit_at_once end_audit
        VERIFY > WARN: warn
        VERIFY > REJECTED: reject
        VERIFY WARN > FILED_ADM: file
        FILED_ADM > INVESTIGATE: investigate
        INVESTIGATE > =: order_measure
        FILED_ADM INVESTIGATE VERIFY > =: receive_goods
        FILED_ADM INVESTIGATE > NO_CASE: drop
        FILED_ADM INVESTIGATE > TRANSFERRED: transfer
        INVESTIGATE > DECIDED: decide
        DECIDED NO_CASE REJECTED TRANSFERRED WARN > CLOSED: close
        CLOSED NO_CASE REJECTED TRANSFERRED > VERIFY: reopen
        FILED_ADM INVESTIGATE VERIFY WARN > TRANSFERRED: give_over convert
        FILED_ADM INVESTIGATE VERIFY WARN > CLOSED: void
        CLOSED DECIDED TRANSFERRED > INVESTIGATE: resume
    """,
    "criminal": """
        CRIMINAL_CASE TRANSFER_PROS SUPPLEMENTARY PROSECUTED JUDGED APPEAL FINAL > =: apply_playbook renew_playbook
            start_period
        CRIMINAL_CASE SUPPLEMENTARY > =: add_line order_measure receive_goods
        CRIMINAL_CASE SUPPLEMENTARY > TRANSFER_PROS: prosecute_opinion
        TRANSFER_PROS > SUPPLEMENTARY: return
        TRANSFER_PROS > PROSECUTED: prosecute
        TRANSFER_PROS > =: set_review
        PROSECUTED > =: accept_trial change_trial adjourn resume_trial
        PROSECUTED > JUDGED: judge
        CRIMINAL_CASE SUPPLEMENTARY > WITHDRAWN: withdraw
        WITHDRAWN > =: tell_withdrawal
        CRIMINAL_CASE > HANDED_ON: hand_on
        HANDED_ON > =: tell_handing_on
        JUDGED PROSECUTED SUPPLEMENTARY TRANSFER_PROS > NOT_PROSECUTED: not_prosecute
        NOT_PROSECUTED > TRANSFER_PROS: review_again
        JUDGED > APPEAL: appeal
        APPEAL JUDGED > FINAL: finalise
        FINAL HANDED_ON NOT_PROSECUTED WITHDRAWN > CLOSED: close
        CLOSED NOT_PROSECUTED WITHDRAWN > CRIMINAL_CASE: reopen
    """,
    "decision": """
        HEARING ISSUED OPEN PRENOTICE REVIEW > =: assess_transfer record_figures record_finding
        OPEN > ISSUED: notify
        ISSUED > PRENOTICE: serve_notice
        HEARING PRENOTICE > =: hear_party waive_statement
        PRENOTICE > HEARING: request_hearing
        PRENOTICE > =: waive_hearing
        PRENOTICE > REVIEW: review
        HEARING > =: notify_hearing
        HEARING > REVIEW: hold_hearing
        HEARING > PRENOTICE: withdraw_hearing
        REVIEW > =: record_review record_discussion
        HEARING ISSUED PRENOTICE REVIEW > OPEN: send_back
        REVIEW > DECIDED: decide mitigate
        OPEN REVIEW > DECIDED: no_penalty
        DECIDED > =: announce
        DECIDED > SERVED: serve
        ENFORCE REMEDY SERVED > =: pay
        ENFORCE PERFORMED REMEDY SERVED > =: set_off publish
        ENFORCE OPEN PERFORMED REMEDY SERVED > =: ban
        DROPPED ENFORCE OPEN PERFORMED REMEDY SERVED > =: lift_ban
        ENFORCE SERVED > =: waive_late_fee lapse
        REMEDY SERVED > =: ask_deferral grant_deferral refuse_deferral
        ENFORCE PERFORMED SERVED > REMEDY: seek_remedy
        REMEDY > =: accept_remedy take_copy reply
        ENFORCE OPEN PERFORMED REMEDY SERVED > =: take_opinion report_opinion
        DECIDED ENFORCE HEARING ISSUED OPEN PERFORMED PRENOTICE REMEDY REVIEW SERVED > =: start_period
        REMEDY > SERVED: refuse_remedy withdraw_remedy uphold change
        REMEDY > OPEN: revoke
        SERVED > ENFORCE: enforce
        ENFORCE > =: apply_court
        ENFORCE SERVED > PERFORMED: perform
        DROPPED ENFORCE HEARING ISSUED OPEN PERFORMED PRENOTICE REMEDY REVIEW SERVED > =: unpublish
        OPEN > DROPPED: drop
        HEARING ISSUED OPEN PRENOTICE REVIEW > =: hold_person
        DECIDED DROPPED ENFORCE HEARING ISSUED OPEN PERFORMED PRENOTICE REMEDY REVIEW SERVED TRANSFERRED > =:
            release_person
        HEARING ISSUED OPEN PRENOTICE REVIEW > TRANSFERRED: transfer give_over
        DROPPED TRANSFERRED > OPEN: reopen
        TRANSFERRED > OPEN: resume
        DECIDED ENFORCE PERFORMED REMEDY SERVED > =: transfer_late copy_decision
    """,
    "suspect": """
        APPEAL ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED JUDGED NONPROS_RECON PROSECUTED SUPPLEMENT
            UNDER_REVIEW > =: identify charge bail surveil report_execution
        APPEAL ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED JUDGED NONPROS_RECON NOT_PROSECUTED PROSECUTED
            SUPPLEMENT UNDER_REVIEW > =: start_period
        ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED SUPPLEMENT > =: summon compel detain use_technical
        INVESTIGATED > ARREST_REVIEW: request_arrest
        ARREST_RECON ARREST_REVIEW > ARREST_APPROVED: approve_arrest
        ARREST_REVIEW > INVESTIGATED: refuse_arrest
        INVESTIGATED > ARREST_RECON: contest_refusal
        ARREST_RECON > INVESTIGATED: uphold_refusal
        ARREST_APPROVED > INVESTIGATED: arrest
        APPEAL JUDGED PROSECUTED SUPPLEMENT UNDER_REVIEW > =: execute_arrest
        ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED SUPPLEMENT > UNDER_REVIEW: send
        UNDER_REVIEW > SUPPLEMENT: send_back
        UNDER_REVIEW > PROSECUTED: indict prosecute
        PROSECUTED UNDER_REVIEW > NOT_PROSECUTED: not_prosecute
        NOT_PROSECUTED > NONPROS_RECON: contest_nonprosecution
        NONPROS_RECON > NOT_PROSECUTED: uphold_nonprosecution
        NONPROS_RECON > UNDER_REVIEW: revoke_nonprosecution
        PROSECUTED > JUDGED: convict exempt acquit
        JUDGED > APPEAL: appeal
        APPEAL > =: accept_appeal
        APPEAL > FINAL: uphold_judgment change_sentence acquit_on_appeal
        APPEAL > PROSECUTED: remand
        JUDGED > FINAL: finalise
        ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED SUPPLEMENT > DROPPED: drop withdraw
        ARREST_APPROVED ARREST_RECON ARREST_REVIEW INVESTIGATED SUPPLEMENT > MOVED: hand_on
        DROPPED NOT_PROSECUTED > INVESTIGATED: reopen
    """,
    "custody measure": """
        OVER RUNNING > =: deliver question notify_family report_foreigner ask_change refuse_change
        RUNNING > =: request_extension find_crime
        OVER RUNNING > ENDED: release end
        RUNNING > OVER: lapse void
        OVER > RUNNING: revive
    """,
    "measure": """
        OVER RUNNING > =: notify_family report_foreigner ask_change refuse_change
        OVER RUNNING > ENDED: release end
        RUNNING > OVER: lapse void
        OVER > RUNNING: revive
    """,
    "criminal transfer": """
        ACCEPTED FILED NOT_FILED NOT_OURS RECONSIDERATION SUPERVISED SUPPLEMENT UPHELD > =: confirm_correction
        DRAFT_REPORT > =: edit
        DRAFT_REPORT > HEAD_DECISION: submit submit_urgent
        HEAD_DECISION > APPROVED: approve
        HEAD_DECISION > REFUSED_INTERNAL: refuse
        HEAD_DECISION > DRAFT_REPORT: revise
        APPROVED > DRAFT_REPORT: revoke
        APPROVED DELIVERED DRAFT_REPORT > =: propose_withdrawal
        ACCEPTED NOT_FILED NOT_FILED_FINAL NOT_OURS RECONSIDERATION SUPERVISED SUPPLEMENT UPHELD > =: propose
        ACCEPTED NOT_FILED NOT_FILED_FINAL NOT_OURS RECONSIDERATION SUPERVISED SUPPLEMENT UPHELD APPROVED DELIVERED
            DRAFT_REPORT > =: return_proposal
        APPROVED > =: override_checklist
        APPROVED > DELIVERED: deliver
        DELIVERED > ACCEPTED: accept
        ACCEPTED > SUPPLEMENT: ask_supplement
        ACCEPTED > =: complete
        SUPPLEMENT > ACCEPTED: supply
        ACCEPTED DELIVERED > =: supply_owed
        ACCEPTED NOT_FILED NOT_OURS RECONSIDERATION SUPPLEMENT UPHELD > =: tell_change
        ACCEPTED SUPPLEMENT > NOT_OURS: disown
        NOT_OURS > DELIVERED: reroute
        NOT_OURS > ACCEPTED: take_back_competence
        ACCEPTED DELIVERED NOT_OURS RECONSIDERATION > =: ask_correction
        NOT_OURS > OUT_OF_SCOPE: send_back
        ACCEPTED NOT_FILED NOT_FILED_FINAL RECONSIDERATION SUPERVISED SUPPLEMENT UPHELD > FILED: file
        ACCEPTED SUPPLEMENT > NOT_FILED: not_file
        NOT_FILED > RECONSIDERATION: ask_reconsideration
        RECONSIDERATION > UPHELD: uphold
        ACCEPTED DELIVERED NOT_FILED NOT_OURS RECONSIDERATION UPHELD > SUPERVISED: suggest_supervision
        SUPERVISED > NOT_FILED_FINAL: end_supervision
        NOT_FILED RECONSIDERATION SUPERVISED UPHELD > NOT_FILED_FINAL: accept_non_filing
        FILED > =: hand_goods note_withdrawal note_handing_on
        FILED NOT_FILED SUPPLEMENT UPHELD > =: confirm_receipt record_service
        DRAFT_REPORT > WITHDRAWN: withdraw
        APPROVED DELIVERED DRAFT_REPORT > WITHDRAWN: call_off
    """,
    "supervision of filing": """
        SUGGESTED > DECLINED: dismiss
        SUGGESTED > REASONS_ASKED: ask_reasons
        REASONS_ASKED > EXPLAINED: explain
        EXPLAINED > REASONS_STAND: uphold_reasons
        REASONS_STAND > REASONS_TOLD: tell_agency
        EXPLAINED REASONS_ASKED > ORDERED: order_filing
        ORDERED REASONS_ASKED > =: confirm_receipt record_service
        ORDERED > =: demand_correction propose_filing
        EXPLAINED REASONS_ASKED > =: propose urge_decision
        ORDERED > =: report_up
        EXPLAINED REASONS_STAND SUGGESTED > =: ask_correction
        EXPLAINED ORDERED REASONS_ASKED > =: return_proposal
        ORDERED > ORDER_OBEYED: obey
        EXPLAINED ORDERED REASONS_ASKED REASONS_STAND SUGGESTED > ORDER_OBEYED: note_filing
        ORDER_OBEYED > =: remind
        EXPLAINED REASONS_ASKED REASONS_STAND SUGGESTED > WITHDRAWN: withdraw
    """,
    "assistance": """
        ANSWERED IN_WORK SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > IN_WORK: accept
        IN_WORK SENT > RETURNED: return
        IN_WORK SENT > DECLINED: decline
        IN_WORK > ANSWERED: answer
        DRAFT IN_WORK RETURNED SENT > WITHDRAWN: withdraw
    """,
    "lead transfer": """
        SENT TAKEN_OVER > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > TAKEN_OVER: accept
        SENT > RETURNED: return
        SENT > DECLINED: decline
        DRAFT RETURNED SENT > WITHDRAWN: withdraw
    """,
    "notice": """
        DRAFT > =: edit
        DRAFT > SENT: send
        SENT > READ: acknowledge
        DRAFT SENT > WITHDRAWN: withdraw
    """,
    "copy": """
        DRAFT > =: edit
        DRAFT > SENT: send
        SENT > READ: acknowledge
        DRAFT SENT > WITHDRAWN: withdraw
    """,
    "lead to the economic-crime police": """
        ACCEPTED FILED SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > ACCEPTED: accept
        ACCEPTED SENT > RETURNED: return
        ACCEPTED SENT > SENT: forward
        ACCEPTED SENT > =: ask_correction
        ACCEPTED SENT > DECLINED: decline
        ACCEPTED > FILED: file
        ACCEPTED > NOT_FILED_FINAL: not_file
        ACCEPTED > =: propose return_proposal
        DRAFT RETURNED SENT > WITHDRAWN: withdraw
    """,
    "administrative transfer": """
        AT_OFFICE CENTRE_ASKED DESIGNATED DESIGNATION NOT_COMPETENT OPINED RECEIVED SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > RETURNED: return
        SENT > NOT_COMPETENT: decline
        AT_OFFICE CENTRE_ASKED DESIGNATED DESIGNATION NOT_COMPETENT OPINED SENT > RECEIVED: accept
        AT_OFFICE CENTRE_ASKED DESIGNATION NOT_COMPETENT OPINED > KEPT: keep
        NOT_COMPETENT > DESIGNATION: ask_superior
        DESIGNATION > DESIGNATED: designate_receiver
        DESIGNATION > KEPT: designate_sender
        NOT_COMPETENT > CENTRE_ASKED: ask_centre
        CENTRE_ASKED > OPINED: opine
        OPINED > AT_OFFICE: object
        AT_OFFICE > DESIGNATED: office_receiver
        AT_OFFICE > KEPT: office_sender
        DESIGNATED SENT > =: ask_correction
        DRAFT RETURNED SENT > WITHDRAWN: withdraw
    """,
    "reverse transfer": """
        REPORTED RESUMED SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > RESUMED: accept
        SENT > RETURNED: object
        RESUMED > REPORTED: report
        REPORTED RESUMED > =: hand_goods
        DRAFT RETURNED SENT > WITHDRAWN: withdraw
    """,
    "procuratorial opinion": """
        REPORTED RESUMED SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > RESUMED: accept
        SENT > RETURNED: object
        RESUMED SENT > =: ask_correction
        SENT > =: confirm_receipt record_service
        RESUMED > REPORTED: report
        DRAFT RETURNED SENT > WITHDRAWN: withdraw
    """,
    "demand for transfer": """
        EXPLAINED REASONS_TOLD REPORTED SENT > =: confirm_correction
        DRAFT > =: edit propose return_proposal
        DRAFT > SENT: send
        SENT > EXPLAINED: give_reasons
        EXPLAINED > SENT: insist
        EXPLAINED > REASONS_TOLD: uphold_reasons
        EXPLAINED SENT > REPORTED: note_transfer
        EXPLAINED SENT > =: ask_correction
        SENT > =: confirm_receipt record_service
        DRAFT > WITHDRAWN: withdraw
        EXPLAINED SENT > WITHDRAWN: recall
    """,
    "file for prosecution": """
        IN_WORK REPORTED SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > IN_WORK: accept_file
        IN_WORK > RETURNED: return_case
        IN_WORK SENT > RETURNED: note_return
        IN_WORK > REPORTED: report
        IN_WORK RETURNED SENT > REPORTED: note_end
        DRAFT > WITHDRAWN: withdraw
    """,
    "conversion": """
        DRAFT_REPORT > =: edit
        DRAFT_REPORT > HEAD_DECISION: submit
        HEAD_DECISION > CONVERTED: file take_back
        CONVERTED > =: hand_goods
        HEAD_DECISION > REFUSED_INTERNAL: refuse
        HEAD_DECISION > DRAFT_REPORT: revise
        DRAFT_REPORT > WITHDRAWN: withdraw
    """,
    "identity enquiry": """
        ANSWERED IN_WORK SENT > =: confirm_correction
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        SENT > IN_WORK: accept
        IN_WORK SENT > RETURNED: return
        IN_WORK > ANSWERED: answer
        DRAFT IN_WORK RETURNED SENT > WITHDRAWN: withdraw
    """,
    "clock": """
        RUNNING > PAUSED: pause
        PAUSED > RUNNING: resume
        RUNNING > =: apply extend refuse revise
        PAUSED RUNNING > STOPPED: restart stop
    """,
    "private clock": """
        RUNNING > PAUSED: pause
        PAUSED > RUNNING: resume
        RUNNING > =: apply extend refuse revise
        PAUSED RUNNING > STOPPED: restart stop
    """,
    "incoming paper": """
        KEPT > SHARED: share
        SHARED > KEPT: unshare
        KEPT SHARED > WITHDRAWN: withdraw
    """,
    "reminder": """
        SENT > =: take remind
        SENT > ANSWERED: answer record_answer
        ANSWERED > =: answer_anew
        ANSWERED > SENT: insist
        ANSWERED SENT > OFFICE: take_to_office
        ANSWERED OFFICE SENT > WITHDRAWN: withdraw
        ANSWERED OFFICE SENT > CLOSED: close
    """,
    "confidential letter": """
        DRAFT > =: edit
        APPROVED DRAFT HEAD_DECISION RECEIVED SENT > =: name strike pass_on appoint
        ANSWERED APPROVED DRAFT HEAD_DECISION RECEIVED REFUSED SENT WITHDRAWN > =: vouch
        DRAFT > HEAD_DECISION: submit
        HEAD_DECISION > DRAFT: take_back revise
        HEAD_DECISION > APPROVED: approve
        HEAD_DECISION > REFUSED: refuse
        APPROVED > SENT: send
        SENT > RECEIVED: receive
        RECEIVED > ANSWERED: answer
        APPROVED DRAFT HEAD_DECISION > WITHDRAWN: withdraw
    """,
    "confirmation": """
        REQUESTED > CONFIRMED: confirm sign
        REQUESTED > REFUSED: refuse decline
        REQUESTED > =: hand_over
        CONFIRMED REQUESTED > WITHDRAWN: withdraw
        CONFIRMED > COMPLETED: complete
        CONFIRMED REQUESTED > EXPIRED: expire
    """,
    "correction": """
        PROPOSED > CONFIRMED: confirm
        PROPOSED > REFUSED: refuse
        PROPOSED > WITHDRAWN: withdraw
    """,
    "step on behalf": """
        DISPUTED RECORDED > CONFIRMED: confirm
        RECORDED > DISPUTED: dispute
    """,
    "lot": """
        HELD > =: move reseal weigh sample lose
        HELD > SPLIT: split
        HELD > LOST: write_off
        HELD > OFFERED: hand_over
        OFFERED > HELD: receive refuse take_back
        HELD > RELEASED: release
        HELD > DISPOSED: dispose
    """,
    "measure on property": """
        IN_FORCE UNRELATED > =: release_part serve
        IN_FORCE > UNRELATED: find_unrelated
        IN_FORCE UNRELATED > RELEASED: release
        IN_FORCE > SETTLED: settle
        IN_FORCE > LAPSED: lapse
        IN_FORCE UNRELATED > HANDED_OVER: hand_over
    """,
    "paper": """
        DRAFT > =: edit refill
        DRAFT > WITHDRAWN: discard
        DRAFT > ISSUED: issue
        ISSUED > =: file_scan
        ISSUED > WITHDRAWN: withdraw
        ISSUED WITHDRAWN > =: reissue
    """,
    "conference": """
        CALLED > =: answer invite postpone
        CALLED > CANCELLED: cancel
        CALLED > MINUTES: write_minutes
        CONFIRMED MINUTES > MINUTES: edit_minutes
        MINUTES > =: confirm object
        MINUTES > CONFIRMED: settle
        CONFIRMED MINUTES > =: add_resolution ask_tasks
    """,
    "round of opinions": """
        OPEN > =: ask_more set_due
        OPEN > CONCLUDED: conclude
        OPEN > CANCELLED: cancel
    """,
    "opinion": """
        ASKED OUTDATED > WITH_LEAD: draft
        WITH_LEAD > WITH_HEAD: review
        WITH_HEAD WITH_LEAD > ASKED: send_back
        ASKED OUTDATED WITH_HEAD WITH_LEAD > GIVEN: give
        OUTDATED > GIVEN: confirm
        GIVEN OUTDATED > ASKED: take_back
        GIVEN OUTDATED > =: ask_task
        GIVEN > OUTDATED: outdate
        ASKED WITH_HEAD WITH_LEAD > LAPSED: lapse
    """,
    "assignment down": """
        DRAFT > =: edit
        DRAFT > SENT: send
        DRAFT > WITHDRAWN: withdraw
        SENT > RECEIVED: receive
        RECEIVED SENT > =: hand_over
        RECEIVED SENT > OBJECTED: object
        OBJECTED > RECEIVED: insist
        OBJECTED RECEIVED SENT > =: set_due
        OBJECTED RECEIVED SENT > RECALLED: recall
        RECEIVED > REPORTED: report
        REPORTED > RECEIVED: return_report
        REPORTED > DONE: accept_report
    """,
    "instruction": """
        DRAFT > =: edit
        DRAFT > HEAD_DECISION: submit
        HEAD_DECISION > DRAFT: send_back
        DRAFT HEAD_DECISION > WITHDRAWN: withdraw
        DRAFT HEAD_DECISION > SENT: issue
        SENT > RECEIVED: receive
        RECEIVED SENT > =: hand_over
        RECEIVED SENT > OBJECTED: object
        OBJECTED > RECEIVED: insist
        OBJECTED RECEIVED SENT > =: set_due
        OBJECTED RECEIVED SENT > RECALLED: recall
        RECEIVED > REPORTED: report
        REPORTED > RECEIVED: return_report
        REPORTED > DONE: accept_report
    """,
    "designation": """
        DRAFT > =: edit
        DRAFT > HEAD_DECISION: submit
        HEAD_DECISION > DRAFT: send_back
        DRAFT HEAD_DECISION > WITHDRAWN: withdraw
        DRAFT HEAD_DECISION > SENT: issue
        SENT > RECEIVED: receive
        RECEIVED SENT > =: hand_over
        RECEIVED SENT > OBJECTED: object
        OBJECTED > RECEIVED: insist
        OBJECTED RECEIVED SENT > =: set_due
        OBJECTED RECEIVED SENT > RECALLED: recall
        RECEIVED > DONE: take
    """,
    "taking up": """
        DRAFT > =: edit
        DRAFT > HEAD_DECISION: submit
        HEAD_DECISION > DRAFT: send_back
        DRAFT HEAD_DECISION > WITHDRAWN: withdraw
        DRAFT HEAD_DECISION > SENT: issue
        SENT > RECEIVED: receive
        RECEIVED SENT > =: hand_over
        RECEIVED SENT > OBJECTED: object
        OBJECTED > RECEIVED: insist
        OBJECTED RECEIVED SENT > =: set_due
        OBJECTED RECEIVED SENT > RECALLED: recall
        RECEIVED > REPORTED: hand_up
        REPORTED > RECEIVED: return_files
        REPORTED > DONE: take_over
    """,
    "request up": """
        DRAFT > =: edit
        RETURNED > =: change
        DRAFT RETURNED > SENT: send
        DRAFT RECEIVED RETURNED SENT > WITHDRAWN: withdraw
        SENT > RECEIVED: receive
        RECEIVED SENT > =: hand_over
        RECEIVED SENT > RETURNED: return
        RECEIVED > AGREED: agree
        RECEIVED > DISAGREED: disagree
        RECEIVED > ANSWERED: reply
    """,
    "major case": """
        ACTIVE > =: report_progress
        ACTIVE > ENDED: end
    """,
    "campaign": """
        DRAFT > =: edit
        DRAFT RUNNING > =: add_goal remove_goal add_step remove_step
        DRAFT > RUNNING: start
        RUNNING > =: change take_in leave_out report_step
        RUNNING > CLOSED: close
        DRAFT RUNNING > CANCELLED: cancel
    """,
    "rule set": """
        DRAFT > =: add_rule edit_rule remove_rule import_rules
        DRAFT > PUBLISHED: publish
        DRAFT PUBLISHED > WITHDRAWN: withdraw
    """,
    "import": """
        UPLOADED CHECKED > CHECKING: check
        CHECKING > CHECKED: end_check
        CHECKED > TAKING: take
        TAKING > TAKEN: end_take
        TAKEN > UNDOING: undo
        UNDOING > UNDONE: end_undo
        CHECKING TAKING UNDOING > =: resume
        UPLOADED CHECKING CHECKED > DISCARDED: discard
    """,
    "file": """
        ATTACHED > =: describe share
        ATTACHED > WITHDRAWN: withdraw
        WITHDRAWN > ATTACHED: restore
    """,
    "threshold": """
        WATCHING > CROSSED: cross
        CROSSED SEEN > WATCHING: fall_back
        WATCHING CROSSED SEEN > ENDED: cease
        CROSSED > SEEN: acknowledge
        SEEN > CROSSED: show_again
        WATCHING CROSSED SEEN > ENDED: end
    """,
    "rule change": """
        DRAFT > =: import_rows
        DRAFT > PUBLISHED: publish
        DRAFT > WITHDRAWN: withdraw
    """,
    "note": """
        WRITTEN > =: edit
        WRITTEN > WITHDRAWN: withdraw
    """,
    "typical case": """
        DRAFT > =: edit redact
        DRAFT > CHECK: submit
        DRAFT > DISCARDED: discard
        CHECK > DRAFT: return
        CHECK > PUBLISHED: publish
        PUBLISHED > WITHDRAWN: withdraw
    """,
    "bulletin": """
        DRAFT > =: edit
        DRAFT > REVIEW: submit
        DRAFT > DISCARDED: discard
        REVIEW > DRAFT: return
        REVIEW > ISSUED: issue
        ISSUED WITHDRAWN > =: replace
        ISSUED > WITHDRAWN: withdraw
        ISSUED > REPLACED: supersede
    """,
    "stop notice": """
        DRAFT > =: edit
        DRAFT > HEAD_DECISION: submit
        HEAD_DECISION > SENT: approve
        HEAD_DECISION > DRAFT: send_back
        DRAFT HEAD_DECISION > WITHDRAWN: discard
        SENT > SEEN: see
        SENT SEEN STANDING NOT_FOUND > HELD: hold
        SENT SEEN STANDING NOT_FOUND > ALREADY_RELEASED: already_released
        SENT SEEN NOT_FOUND > STANDING: stand
        SENT SEEN STANDING > NOT_FOUND: not_found
        HELD > QUERIED: query
        HELD QUERIED > DETAINED: detain
        HELD QUERIED > =: query_goods
        HELD QUERIED DETAINED > LIFTED: lift
        SENT SEEN STANDING NOT_FOUND > WITHDRAWN: withdraw
        SENT SEEN STANDING > EXPIRED: expire
    """,
    "inspection request": """
        DRAFT > =: edit
        DRAFT > SENT: send_out
        DRAFT > WITHDRAWN: discard
        SENT > SEEN: see
        SENT SEEN STANDING NOT_FOUND > HELD: hold
        SENT SEEN STANDING NOT_FOUND > ALREADY_RELEASED: already_released
        SENT SEEN NOT_FOUND > STANDING: stand
        SENT SEEN STANDING > NOT_FOUND: not_found
        HELD > QUERIED: query
        HELD QUERIED > DETAINED: detain
        HELD QUERIED > =: query_goods
        HELD QUERIED DETAINED > LIFTED: lift
        SENT SEEN STANDING NOT_FOUND > WITHDRAWN: withdraw
        SENT SEEN STANDING > EXPIRED: expire
    """,
    "customs query": """
        DRAFT > =: edit
        DRAFT > ISSUED: issue
        ISSUED > SERVED: serve
        SERVED NO_REPLY > ANSWERED: record_answer
        ANSWERED TO_IDENTIFY > =: add_papers
        SERVED > NO_REPLY: no_reply
        ANSWERED NO_REPLY > TO_IDENTIFY: ask_identification
        ANSWERED TO_IDENTIFY > NOT_CONTROLLED: not_controlled
        ANSWERED NO_REPLY TO_IDENTIFY > LICENCE_NEEDED: licence_needed
        LICENCE_NEEDED > =: report_lead
        NOT_CONTROLLED LICENCE_NEEDED > =: tell_result
        NOT_CONTROLLED LICENCE_NEEDED > ANSWERED: reconsider
        DRAFT ISSUED SERVED ANSWERED NO_REPLY > WITHDRAWN: withdraw
        TO_IDENTIFY > ANSWERED: resume
    """,
    "identification": """
        SENT > RECEIVED: receive
        RECEIVED OPINION > OPINION: give_opinion
        SENT RECEIVED > RETURNED: return
        SENT RECEIVED > =: set_due
        RETURNED > SENT: resubmit
        SENT RECEIVED RETURNED > =: add_sample
        OPINION > CLOSED: close
        SENT RECEIVED RETURNED > WITHDRAWN: withdraw
    """,
    "military end use": """
        OPEN OUTDATED > =: record_facts
        CONCLUDED > OUTDATED: change_facts
        OPEN CONCLUDED OUTDATED > CONCLUDED: conclude
        CONCLUDED > OUTDATED: outdate
        OPEN > WITHDRAWN: withdraw
    """,
    "licence": "",
    "risk rule": """
        DRAFT > =: edit
        ACTIVE RETIRED > =: revise
        DRAFT > ACTIVE: activate
        ACTIVE DRAFT > RETIRED: retire
        ACTIVE > RETIRED: supersede
    """,
    "risk finding": """
        GONE STANDING > =: judge
        STANDING > =: propose
        STANDING > GONE: vanish
    """,
    "exporter": """
        FOLLOWED > =: edit write_guidance record_consultation call_to_talk write_warning write_suspension
        FOLLOWED > =: begin_review plan_inspection record_certificate add_to_circular send_stop request_inspection
        FOLLOWED RESTING > =: take_off_circular
        FOLLOWED > RESTING: rest
        RESTING > FOLLOWED: follow
    """,
    "questionnaire": """
        IN_FORCE > =: revise
        IN_FORCE > WITHDRAWN: withdraw
        IN_FORCE > REPLACED: replace
    """,
    "review": """
        DRAFT > SENT: send
        SENT > =: set_due
        ANSWERED DRAFT SENT > ANSWERED: answer
        ANSWERED > REVIEWED: assess
        REVIEWED > =: report_gap close_gap reopen_gap add_gap
        REVIEWED > CLOSED: close
        ANSWERED DRAFT REVIEWED SENT > WITHDRAWN: withdraw
    """,
    "certificate": """
        DOUBTFUL VALID > =: edit add_check
        VALID > DOUBTFUL: doubt
        DOUBTFUL > VALID: trust
        VALID > =: note_expiry warn
        DOUBTFUL VALID > REVOKED: revoke
        DOUBTFUL VALID > EXPIRED: expire
    """,
    "inspection": """
        PLANNED > =: edit add_officer remove_officer
        PLANNED > UNDER_WAY: start
        UNDER_WAY > =: take_sample
        UNDER_WAY > DONE: finish
        PLANNED UNDER_WAY > REFUSED: refuse
        DONE REFUSED > CLOSED: close
        PLANNED > CANCELLED: cancel
    """,
    "match": """
        OPEN DIFFERENT > SAME: same
        OPEN SAME > DIFFERENT: different
        SAME DIFFERENT GONE > OPEN: reopen
        OPEN SAME DIFFERENT > GONE: leave
        GONE > SAME: return_same
        GONE > DIFFERENT: return_different
    """,
    "match with an own list": """
        OPEN DIFFERENT > SAME: same
        OPEN SAME > DIFFERENT: different
        SAME DIFFERENT GONE > OPEN: reopen
        OPEN SAME DIFFERENT > GONE: leave
        GONE > SAME: return_same
        GONE > DIFFERENT: return_different
    """,
    "guidance letter": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > READ: confirm
        READ REVIEW > DRAFT: return
        READ RELEASED > SENT: send
        READ RELEASED > AWAITS_RELEASE: ask_release
        AWAITS_RELEASE DRAFT NOT_RELEASED READ RELEASED REVIEW > WITHDRAWN: withdraw
        NOT_RELEASED > AWAITS_RELEASE: ask_again
        AWAITS_RELEASE > RELEASED: release
        AWAITS_RELEASE > NOT_RELEASED: refuse
        SENT > SERVED: serve
        SENT SERVED > ANSWERED: answer
        SENT SERVED > =: set_due
        ANSWERED SERVED > CLOSED: close
        ANSWERED SENT SERVED > WITHDRAWN: revoke
    """,
    "consultation": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > READ: confirm
        READ REVIEW > DRAFT: return
        READ RELEASED > SENT: send
        READ RELEASED > AWAITS_RELEASE: ask_release
        AWAITS_RELEASE DRAFT NOT_RELEASED READ RELEASED REVIEW > WITHDRAWN: withdraw
        NOT_RELEASED > AWAITS_RELEASE: ask_again
        AWAITS_RELEASE > RELEASED: release
        AWAITS_RELEASE > NOT_RELEASED: refuse
        SENT > SERVED: serve
        SERVED > CLOSED: close
        SENT SERVED > WITHDRAWN: revoke
    """,
    "supervisory talk": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > READ: confirm
        READ REVIEW > DRAFT: return
        READ RELEASED > SENT: send
        READ RELEASED > AWAITS_RELEASE: ask_release
        AWAITS_RELEASE DRAFT NOT_RELEASED READ RELEASED REVIEW > WITHDRAWN: withdraw
        NOT_RELEASED > AWAITS_RELEASE: ask_again
        AWAITS_RELEASE > RELEASED: release
        AWAITS_RELEASE > NOT_RELEASED: refuse
        SENT > SERVED: serve
        SENT SERVED > ANSWERED: hold
        SENT SERVED > =: move
        ANSWERED SERVED > CLOSED: close
        ANSWERED SENT SERVED > WITHDRAWN: revoke
    """,
    "warning letter": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > READ: confirm
        READ REVIEW > DRAFT: return
        READ RELEASED > SENT: send
        READ RELEASED > AWAITS_RELEASE: ask_release
        AWAITS_RELEASE DRAFT NOT_RELEASED READ RELEASED REVIEW > WITHDRAWN: withdraw
        NOT_RELEASED > AWAITS_RELEASE: ask_again
        AWAITS_RELEASE > RELEASED: release
        AWAITS_RELEASE > NOT_RELEASED: refuse
        SENT > SERVED: serve
        SENT SERVED > ANSWERED: answer
        SENT SERVED > =: set_due
        ANSWERED SERVED > CLOSED: close
        ANSWERED SENT SERVED > WITHDRAWN: revoke
    """,
    "suspension notice": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > READ: confirm
        READ REVIEW > DRAFT: return
        READ > AT_OFFICE: submit
        AT_OFFICE > DRAFT: send_back
        AT_OFFICE RELEASED > SENT: issue
        AT_OFFICE RELEASED > AWAITS_RELEASE: ask_release
        AT_OFFICE AWAITS_RELEASE DRAFT NOT_RELEASED READ RELEASED REVIEW > WITHDRAWN: withdraw
        NOT_RELEASED > AWAITS_RELEASE: ask_again
        AWAITS_RELEASE > RELEASED: release
        AWAITS_RELEASE > NOT_RELEASED: refuse
        SENT > SERVED: serve
        SENT SERVED > ANSWERED: answer
        SENT SERVED > =: set_due
        ANSWERED SERVED > CLOSED: close
        ANSWERED SENT SERVED > WITHDRAWN: revoke
    """,
    "circular": """
        DRAFT > =: edit
        DRAFT > REVIEW: finish
        REVIEW > =: confirm
        REVIEW > READ: clear
        READ REVIEW > DRAFT: return
        READ > SENDING: send_all
        SENDING > =: resume
        SENDING > SENT: complete end
        DRAFT READ REVIEW > WITHDRAWN: withdraw
    """,
    "release": """
        WAITING > RELEASED: release
        WAITING > REFUSED: refuse
        WAITING > LAPSED: lapse
    """,
    "listing": """
        LISTED > ENDED: end
        LISTED > =: suspend resume
        ENDED LISTED > REPLACED: replace
    """,
    "task": """
        ASKED > OPEN: accept
        OPEN > CLAIMED: claim
        CLAIMED > OPEN: release
        CLAIMED OPEN > CLAIMED: hand_over
        OPEN > CLAIMED: assign
        CLAIMED OPEN > DONE: complete start_playbook
        DONE > CLAIMED: send_back
        ASKED OPEN CLAIMED > =: set_due find_unknown
        CLAIMED OPEN ASKED > DECLINED: decline
        CLAIMED OPEN ASKED > CANCELLED: cancel
        ASKED OPEN CLAIMED DECLINED > WAIVED: waive
        ASKED OPEN CLAIMED DECLINED > LAPSED: lapse
        DECLINED > ASKED: ask_again
        ASKED CANCELLED CLAIMED DECLINED DONE LAPSED OPEN WAIVED > =: attach_file
    """,
}
# Its table is that of other imports; only other people perform it.
PATHS["import of open cases"] = PATHS["import"]


def read(text: str) -> dict[str, tuple[frozenset[str], str]]:
    """verb → (from, to)."""
    found, left, to = {}, frozenset(), ""
    for part in text.replace(" > ", ">").split(":"):
        # Each part ends with the states of the next path; before them are the actions of the previous path.
        *verbs, last = part.split() if ">" in part else [*part.split(), ""]
        states = [last]
        while verbs and verbs[-1].isupper():
            states.append(verbs.pop())
        found |= dict.fromkeys(verbs, (left, to))
        if last:
            begin, to = last.split(">")
            left = frozenset([begin, *states[1:]])
    return found


@dataclass
class Machine:
    """An object walked by the reference model: `answer` is the expected result of an action, and moves it."""

    paths: dict[str, tuple[frozenset[str], str]]
    who: dict[str, set[str]]
    state: str

    def open_to(self, role: str) -> set[str]:
        return {verb for verb, (left, _to) in self.paths.items() if role in self.who[verb] and self.state in left}

    def perform(self, role: str, verb: str) -> str:
        left, to = self.paths[verb]
        if role not in self.who[verb]:
            return "forbidden"
        if self.state not in left:
            return "state"
        self.state = self.state if to == KEEPS else to
        return "moves"
