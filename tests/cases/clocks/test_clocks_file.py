"""The statutory periods as shipped."""

from pathlib import Path

from agencies.kernel.reference import read_csv
from cases.clocks import __file__ as resource
from cases.controls import __file__ as controls
from cases.controls.citations import CITATION

ROWS = list(read_csv(Path(resource).parent / "data" / "clocks.csv"))
RULES = {row["code"]: row for row in ROWS}
INSTRUMENTS = {row["code"]: row for row in read_csv(Path(controls).parent / "data" / "instruments.csv")}
INTERNAL = {"INT_TRIAGE", "INT_ASSIST", "INT_REVERSE", "INT_CHASE", "INT_RECEIPT", "INT_SIGN", "INT_DEMAND"}
INTERNAL |= {"INT_MAJOR_WEEK", "INT_MAJOR_END"}
HELD = {
    *("CRM_INVEST", "CRM_HELD_REVIEW", "CRM_HELD_SUPPL", "CRM_HELD_TRIAL", "CRM_HELD_APPEAL"),
    *("CRM_HELD_REVIEW_FAST", "CRM_HELD_TRIAL_SIMPLE", "CRM_HELD_TRIAL_FAST"),
}
CUSTODY = {"CRM_ARREST_REQ", "CRM_ARREST_DECIDE", "CRM_EXTEND_REQ", "CRM_NEW_CRIME", "CRM_CHANGE_REQ", *HELD}
THREE_DAYS_UNDEFINED = {
    *("TRF_APPROVE", "TRF_SUPPLEMENT", "TRF_REVIEW", "TRF_REVIEW_ECO", "TRF_GOODS"),
    *("TRF_RECON_APPLY", "TRF_RECON_DECIDE", "TRF_PROC_SUGGEST", "CRM_RECEIPT", "CRM_VICTIM_NOTICE"),
    *("CRM_HANDED_NOTICE", "CUS_AUDIT_NOTICE"),
}
STARTED_BY_A_STATE = {
    *("TRF_APPROVE", "TRF_HANDOVER", "TRF_REVIEW", "TRF_REVIEW_ECO", "TRF_SUPPLEMENT", "TRF_SUPPLEMENT_ASK"),
    *("TRF_REROUTE", "TRF_GOODS", "TRF_RECON_APPLY", "TRF_RECON_DECIDE", "TRF_PROC_SUGGEST"),
    *("SUP_EXPLAIN", "SUP_FILE", "SUP_INFORM", "REV_TRANSFER", "REV_PROC_OPINION"),
    *(
        "ADM_DECISION",
        "CUS_DECISION",
        "CUS_QUERY_REPLY",
        "ADM_SEAL",
        "CUS_DETAIN_GOODS",
        "ADM_REG_PRESERVE",
        "ADM_FREEZE_SERVE",
    ),
    *("ADM_HEARING_REQ", "ADM_HEARING_NOTICE", "ADM_DELIVER", "ADM_PAY", "REC_APPLY", "LIT_DIRECT"),
    *("REC_DECIDE", "LIT_AFTER_REC", "ENF_DEMAND", "ENF_APPLY", "ADM_FREEZE_SERVE", "CUS_DEFENCE", "CRM_COMPEL"),
    *("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", "CRM_ARREST_REQ", "CRM_ARREST_DECIDE", "CRM_INVEST"),
    *("CRM_VICTIM_NOTICE", "CRM_PROSECUTE", "CRM_SUPPLEMENT", "CRM_NONPROS_RECON", "CRM_TRIAL", "CRM_APPEAL"),
}
VOCABULARY = {
    "kind": {"duty", "validity", "right", "earliest", "limitation", "expiry"},
    "subject": {
        *(
            "referral",
            "proceeding",
            "decision",
            "suspect",
            "measure",
            "goods",
            "lead",
            "licence",
            "item",
            "party",
            "reminder",
            "major_case",
        )
    },
    "owner_side": {"sender", "receiver", "agency", "party", "procuratorate", "court", "issuer", "other"},
    "unit": {"hour", "calendar_day", "working_day", "month", "year", "promptly"},
    "rolls": {"0", "1"},
    "strict_lenient": {"0", "1"},
    "warn_day_early": {"0", "1"},
    "month_end": {"0", "1"},
    "rolls_unsettled": {"0", "1"},
    "confidence": {"S", "K", "U"},
}


# "No more than", "valid for", "within": the law gives the longest time; and a minimum, which a holiday does not change.
MAXIMA = {
    *("TEMP_CONTROL", "CRM_TECH", "LICENCE_BAN", "REC_RETENTION"),
    *("CRM_LIMIT_5", "CRM_LIMIT_10", "CRM_LIMIT_15", "CRM_LIMIT_20"),
}


# Rules of which a comparison with the statutes found the text or the counting wrong.
CORRECTED = {
    *("TEMP_CONTROL", "CRM_TECH", "LICENCE_BAN", "REC_RETENTION"),  # a holiday does not lengthen them
    *("CRM_TRIAL", "CRM_APPEAL_TRIAL", "CRM_HELD_TRIAL", "CRM_HELD_APPEAL"),  # the last day of a month
    *("TRF_SUPPLEMENT_ASK", "TRF_PROC_SUGGEST", "CRM_APPEAL", "CRM_FREEZE", "CRM_FREEZE_SEC", "CRM_SUMMON"),
    *("CRM_FOREIGN", "CRM_FAMILY", "REC_DECIDE", "REC_REPLY"),
    *("ADM_LIMITATION", "CUS_AUDIT_NOTICE", "ADM_SEAL", "CRM_BAIL", "CRM_RESSURV"),
    *("ADM_FREEZE", "CUS_DETAIN_GOODS", "CRM_FREEZE_EQUITY", "CRM_FREEZE_YEAR"),  # the bank lifts at the last day
}


def codes(**wanted: str) -> set[str]:
    return {row["code"] for row in ROWS if all(row[column] == value for column, value in wanted.items())}


def test_all_statutory_rules_the_nine_internal_targets_and_those_that_a_state_starts_are_there() -> None:
    assert len(ROWS) == len(RULES) == 137
    assert codes(track="internal") == codes(legal_basis="") == INTERNAL
    assert set(RULES) >= STARTED_BY_A_STATE


def test_the_rules_use_the_codes_of_the_engine_and_only_promptly_has_no_length() -> None:
    for column, known in VOCABULARY.items():
        assert {row[column] for row in ROWS} <= known, column
    for row in ROWS:
        assert (row["length"] == "") == (row["unit"] == "promptly"), row["code"]
        assert row["length"] == "" or int(row["length"]) > 0


def test_custody_hours_and_maxima_never_roll_and_everything_else_does() -> None:
    assert codes(rolls="0") == CUSTODY | MAXIMA | codes(unit="hour") | codes(unit="promptly")
    assert codes(warn_day_early="1") == HELD


def test_months_of_the_criminal_courts_end_on_the_last_day_if_they_began_on_one() -> None:
    """SPC Interpretation of the CPL art. 202."""
    assert codes(month_end="1") == {
        *("CRM_TRIAL", "CRM_TRIAL_SIMPLE", "CRM_APPEAL_TRIAL", "CRM_HELD_TRIAL", "CRM_HELD_APPEAL"),
        "CRM_HELD_TRIAL_SIMPLE",
    }


# Periods that a comparison with the statutes found missing: length, unit and article of each.
ONCE_MISSING = {
    "LIT_ANSWER": ("15", "calendar_day", "ALL art.67"),
    "SUP_OVERDUE": ("7", "calendar_day", "SPPR art.562"),
    "SUP_CANCEL_RECON": ("7", "calendar_day", "SPPR art.565"),
    "SUP_CANCEL_REVIEW": ("15", "calendar_day", "SPPR art.565"),
    "CRM_NEW_CRIME": ("5", "calendar_day", "MPSP art.151"),
    "CRM_CHANGE_REQ": ("3", "calendar_day", "CPL art.97"),
    "CRM_ARREST_RECON_DECIDE": ("7", "calendar_day", "SPPR art.290"),
    "REV_SPP_HANDOVER": ("3", "working_day", "SPPG"),
    "REV_SPP_REVIEW": ("10", "working_day", "SPPG art.12"),
    "REC_REPLY_SUMMARY": ("5", "working_day", "ARL art.54"),
    "REC_DECIDE_SUMMARY": ("30", "calendar_day", "ARL art.62(2)"),
    "REC_SUPPL_ASK": ("5", "working_day", "ARL art.31"),
    "REC_SUPPL": ("10", "working_day", "ARL art.31"),
    "REC_FORWARD": ("7", "working_day", "ARL art.48"),
    "REC_OPINION": ("60", "calendar_day", "ARL art.76"),
    "REC_OUTER": ("1", "year", "ARL art.20(3)"),
    "REC_OUTER_5": ("5", "year", "ARL art.21"),
    "LIT_OUTER": ("1", "year", "ALLI art.64"),
    "LIT_OUTER_5": ("5", "year", "ALL art.46(2)"),
    "LIT_APPEAL": ("15", "calendar_day", "ALL art.85"),
    "LIT_APPEAL_RULING": ("10", "calendar_day", "ALL art.85"),
    "LIT_SECOND": ("3", "month", "ALL art.88"),
    "LIT_SIMPLE": ("45", "calendar_day", "ALL art.83"),
    "ENF_ACCEPT": ("5", "working_day", "ACL art.56"),
    "ENF_RULE": ("7", "working_day", "ACL art.57"),
    "ENF_RULE_HEARD": ("30", "calendar_day", "ACL art.58"),
    "ENF_RECON": ("15", "calendar_day", "ACL art.56"),
    "ADM_FREEZE_SERVE": ("3", "working_day", "ACL art.31"),
    "CRM_LIMIT_5": ("5", "year", "CL art.87"),
    "CRM_LIMIT_10": ("10", "year", "CL art.87"),
    "CRM_LIMIT_15": ("15", "year", "CL art.87"),
    "CRM_LIMIT_20": ("20", "year", "CL art.87"),
    "CRM_PROSECUTE_FAST": ("10", "calendar_day", "CPL art.172"),
    "CRM_TRIAL_SIMPLE": ("20", "calendar_day", "CPL art.220"),
    "CRM_TRIAL_FAST": ("10", "calendar_day", "CPL art.225"),
    "CUS_DEFENCE": ("5", "working_day", "G250"),
    "CUS_FAST": ("7", "working_day", "G250"),
}


def test_the_periods_that_were_missing_have_their_length_and_article() -> None:
    for code, (length, unit, article) in ONCE_MISSING.items():
        rule = RULES[code]
        assert (rule["length"], rule["unit"]) == (length, unit), code
        assert article in rule["legal_basis"].split("; "), code


def test_what_is_uncertain_states_what_to_verify_and_a_rule_that_was_wrong_is_a_new_version() -> None:
    assert {code for code in RULES if "G250" in RULES[code]["legal_basis"]} <= codes(confidence="U")
    assert all(RULES[code]["notes"] for code in codes(confidence="U"))
    # Clocks that run keep the version of their trigger, so a correction changes no end that is running.
    assert {code for code in RULES if int(RULES[code]["version"]) > 1} >= CORRECTED


def test_whether_a_holiday_lengthens_it_is_unsettled_for_powers_and_maxima_of_measures() -> None:
    """“No more than”, and powers of the State that a holiday would lengthen."""
    measures = codes(kind="validity", rolls="1")
    assert measures >= {"ADM_SEAL", "ADM_FREEZE", "CUS_DETAIN_GOODS", "CRM_FREEZE", "CRM_FREEZE_SEC", "CRM_BAIL"}
    assert codes(rolls_unsettled="1") == {"ADM_LIMITATION", "CUS_AUDIT_PERIOD"} | measures


def test_working_days_are_used_where_the_statutes_name_them() -> None:
    """APL art. 85: 2, 3, 5, 7; ACL art. 69: up to 10; ARL art. 88: 3, 5, 7, 10; DUR arts. 17, 18 name them."""
    named = {"APL": {2, 3, 5, 7}, "ACL": set(range(1, 11)), "ARL": {3, 5, 7, 10}}
    for row in ROWS:
        law = row["legal_basis"].split(" ")[0]
        if row["unit"] in ("working_day", "calendar_day") and law in named:
            assert (row["unit"] == "working_day") == (int(row["length"]) in named[law]), row["code"]


def test_a_party_owes_no_duty_and_two_readings_exist_only_where_three_days_are_undefined() -> None:
    """Only a duty can be breached; a party's period is never overdue."""
    assert not codes(kind="duty", owner_side="party")
    assert codes(strict_lenient="1") == THREE_DAYS_UNDEFINED
    assert {(RULES[code]["length"], RULES[code]["unit"]) for code in THREE_DAYS_UNDEFINED} == {("3", "calendar_day")}


def test_every_rule_cites_known_instruments_and_starts_with_the_first() -> None:
    for row in ROWS:
        if row["code"] in INTERNAL:
            assert row["legal_basis"] == ""
            continue
        cited = row["legal_basis"].split("; ")
        assert all(CITATION.fullmatch(basis) for basis in cited), row["code"]
        laws = [basis.split(" ")[0] for basis in cited]
        assert set(laws) <= set(INSTRUMENTS), row["code"]
        assert row["effective_from"] == INSTRUMENTS[laws[0]]["in_force"], row["code"]


def test_every_text_exists_in_both_languages() -> None:
    for row in ROWS:
        for text in ("name", "owner_text", "trigger", "stop", "extension", "pauses", "on_end"):
            assert bool(row[f"{text}_zh"]) == bool(row[f"{text}_en"]), (row["code"], text)
        assert all(row[f"{text}_zh"] for text in ("name", "owner_text", "trigger", "stop")), row["code"]
