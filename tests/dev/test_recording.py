"""A recording holds what a person sees, and the comparison shows each difference once."""

import pytest

from dev.recording.comparing import compare
from dev.recording.contents import contents_of
from dev.recording.files import write
from dev.recording.frozen import Chance
from dev.recording.sittings import Sitting, addresses_of, elsewhere
from dev.recording.visiting import address_of

PAGE = """
<html><head><title>Cases</title><link href="/static/style.css"><script>hidden()</script></head><body>
<p>Two <b>late</b>
cases <a href="/cases/?state=OPEN" title="All">all</a></p><div hx-get="/fresh/">Now</div>
<form method="post" action="/sign/"><input type="hidden" name="csrfmiddlewaretoken" value="changes">
<input name="n" value="4" required><select name="way"><option value="a"><option value="b" selected></select></form>
<p>Request 0123456789abcdef0123456789abcdef</p><p>10:20:10.000123+08:00</p></body></html>
"""


def test_a_page_is_its_text_links_and_fields_a_table_its_cells_and_an_answer_of_the_api_its_fields_in_order():
    found = contents_of(PAGE.encode(), "text/html").as_dict()
    assert found["text"] == ["Cases", "Two late cases [All]all", "Now", "Request TOKEN", "10:20:10+08:00"]
    assert found["links"] == ["/cases/?state=OPEN", "/fresh/"]
    assert found["fields"] == [
        "form post /sign/",
        "input hidden csrfmiddlewaretoken=…",
        "input  n=4 (required)",
        "select  way=",
        "way=a",
        "way=b (chosen)",
    ]
    assert contents_of("\ufeffCase,Weight\nEC-1,4\n".encode(), "text/csv").text == ["Case | Weight", "EC-1 | 4"]
    assert contents_of(b'{"b": 1, "a": "/cases/"}', "application/json").text == [
        "{",
        ' "a": "/cases/",',
        ' "b": 1',
        "}",
    ]


def test_each_verb_is_a_route_of_its_own_and_several_parameters_are_one_group():
    first, second = (address_of(f"/cases/6a3a3a3a-0000-4000-8000-000000000001/do/{verb}/") for verb in ("claim", "end"))
    assert (first.route, second.route) == ("verb cases claim", "verb cases end")
    assert address_of("/cases/?b=1&a=2").group == address_of("/cases/?c=1&d=2").group
    assert address_of("/cases/?b=1").group != address_of("/cases/?c=1").group


def test_one_who_draws_more_changes_no_other():
    def draw(chance, calls):
        return [chance.id("tasks.task") for _call in range(calls)]

    often, seldom = Chance(), Chance()
    draw(often, 5), draw(seldom, 1)
    assert often.id("cases.case") == seldom.id("cases.case")


def record(address="/", *, text=("one", "two"), route="home", **more):
    rest = {"account": "customs.officer", "language": "en", "status": 200, "kind": "text/html", "location": ""}
    return {"route": route, "address": address, **rest, "text": list(text), "links": [], "fields": [], **more}


@pytest.fixture
def compared(tmp_path):
    def run(before, after, **options):
        paths = tmp_path / "before.jsonl", tmp_path / "after.jsonl.gz"
        for path, records in zip(paths, (before, after), strict=True):
            write(path, records)
        return list(compare(*paths, **{"without_ids": False, "most": 5, **options}))

    return run


def test_each_account_also_asks_for_the_routes_that_only_others_reach():
    pages = [record(), record("/cases/", route="cases"), record("/", account="auditor")]
    sittings = [Sitting(who, "en", None, 1, 9, None) for who in ("customs.officer", "auditor")]
    assert [one.addresses for one in elsewhere(sittings, pages)] == [[], ["/cases/"]]
    assert addresses_of(pages)["customs.officer", "en"] == ["/", "/cases/"]


def test_equal_recordings_print_nothing(compared):
    assert compared([record(), record("/queues/")], [record("/queues/"), record()]) == []


def test_an_equal_difference_is_printed_once(compared):
    pages = ["/?day=1", "/?day=2"]
    lines = compared([record(page) for page in pages], [record(page, text=("one", "three")) for page in pages])
    assert lines[0] == "home: 2 differences of 1 kinds"
    assert [line.strip() for line in lines[2:]] == ["text", "-two", "+three"]


def test_a_missing_page_and_another_status_are_differences(compared):
    lines = compared([record(), record("/gone/")], [record(status=403)])
    assert "    only before (200)" in lines
    assert "    status: 200 → 403" in lines


def test_ids_may_be_left_out(compared):
    pages = [f"/cases/6a3a3a3a-0000-4000-8000-00000000000{n}/" for n in (1, 2)]
    assert compared([record(pages[0])], [record(pages[1])])
    assert compared([record(pages[0])], [record(pages[1])], without_ids=True) == []
