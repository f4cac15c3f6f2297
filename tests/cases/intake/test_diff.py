"""Texts of the changes of a revision."""

from cases.intake.diff import FieldDiff, diff
from cases.intake.labels import pointer_label, row_label, value_label

ZINC = {"description": "锑锭", "declared_as": "锌锭", "net_weight_kg": "25000"}
LEAD = {"description": "铅锭", "net_weight_kg": "100"}


def test_each_change_is_named_by_its_pointer_with_its_value_before_and_after():
    values = {"title": "A", "items": [ZINC], "techniques": ["MISNAME"]}
    assert diff(values, {**values, "items": [dict(ZINC)]}) == []
    assert diff({"title": "A"}, {"title": "B"}) == [FieldDiff("/title", "A", "B")]
    assert diff({"narrative": "x"}, {"severity": "high"}) == [
        FieldDiff("/narrative", "x", None),
        FieldDiff("/severity", None, "high"),
    ]
    heavier = {**ZINC, "net_weight_kg": "26000"}
    assert diff({"items": [LEAD, ZINC]}, {"items": [LEAD, heavier]}) == [
        FieldDiff("/items/1/net_weight_kg", "25000", "26000")
    ]
    assert diff({"items": [ZINC]}, {"items": [LEAD, ZINC]}) == [
        FieldDiff("/items/0/description", None, "铅锭"),
        FieldDiff("/items/0/net_weight_kg", None, "100"),
    ]
    assert diff({"items": [ZINC, LEAD]}, {"items": [ZINC]}) == [
        FieldDiff("/items/1/description", "铅锭", None),
        FieldDiff("/items/1/net_weight_kg", "100", None),
    ]
    assert diff({}, {"items": [LEAD]}) == [
        FieldDiff("/items/0/description", None, "铅锭"),
        FieldDiff("/items/0/net_weight_kg", None, "100"),
    ]
    there, back = ["CHN", "VNM", "USA"], ["CHN", "USA", "VNM"]
    assert diff({"shipments": [{"route": there}]}, {"shipments": [{"route": back}]}) == [
        FieldDiff("/shipments/0/route", there, back)
    ]
    changes = diff({"items": [ZINC, LEAD]}, {"items": [LEAD, ZINC]})
    assert {c.before for c in changes if c.before} == {c.after for c in changes if c.after}


def test_an_identifier_inside_a_party_is_found():
    def report(value):
        return {"parties": [{"name": "A", "identifiers": [{"scheme": "USCC", "value": value}]}]}

    assert diff(report("1"), report("2")) == [FieldDiff("/parties/0/identifiers/0/value", "1", "2")]


def test_pointers_rows_codes_and_times_have_labels():
    assert pointer_label("/items/0/hs_code") == "Item 1 › HS code"
    assert pointer_label("/parties/1/identifiers/0/value") == "Party 2 › Identifier 1 › Value"
    assert pointer_label("/title") == "Title"
    assert row_label("parties", 0, {"name": "A"}) == "A"
    assert row_label("shipments", 0, {"route": ["CHN", "VNM"]}) == "CHN → VNM"
    assert row_label("shipments", 1, {}) == "Shipment 2"
    assert value_label("high", "severity") == "High"
    assert value_label("2026-03-01T00:30:00+00:00", "occurred_at") == "2026-03-01 08:30"
    assert value_label("2026-03-01", "occurred_at") == "2026-03-01"
    assert value_label(None) == ""
