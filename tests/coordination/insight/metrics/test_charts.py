"""A chart is a data table with links; the picture is drawn from it."""

from decimal import Decimal

from django.template import Context, Template

from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow


def rendered(chart: Chart) -> str:
    return Template("{% load figures %}{% chart one %}").render(Context({"one": chart}))


def ages(kind: str = "bands") -> Chart:
    row = ChartRow(
        "Customs",
        [ChartCell("2", 2, "/cases/?open=1"), ChartCell("88.8%", Decimal("88.8"), note="8 of 9")],
        tone="customs",
    )
    return Chart("ages", kind, "Open cases", ("Agency", "to 30 d", "older"), [row], caption="Days since opening")


def test_a_chart_without_rows_says_so() -> None:
    empty = Chart("ages", "bands", "Open cases", ("Agency",), [], empty="No case is open.")
    assert "No case is open." in rendered(empty)
    assert "<table" not in rendered(empty)


def test_a_file_has_numbers_where_there_are_values() -> None:
    assert ages().table() == [["Agency", "to 30 d", "older"], ["Customs", 2, Decimal("88.8")]]


def test_labels_are_escaped() -> None:
    html = rendered(Chart("x", "bars", "<b>", ("A", "B"), [ChartRow("<i>", [ChartCell("<u>", 1)])]))
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html
