"""An operation that will end says so in each of its responses and in the contract."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from coordination.api.operations import OPERATIONS, Deprecation
from coordination.api.schema import OperationSchema


def test_an_operation_that_ends_says_since_when_and_until_when(cast: Any, monkeypatch: Any) -> None:
    declared = OPERATIONS["queues/"]["GET"]
    ends = Deprecation(since=date(2027, 1, 1), until=date(2027, 7, 1))
    assert "Deprecation" not in cast.browser("customs.officer").get("/api/v1/queues/").headers
    monkeypatch.setitem(declared.__dict__, "deprecation", ends)
    answer = cast.browser("customs.officer").get("/api/v1/queues/")
    assert answer.headers["Deprecation"] == "@1798732800"  # midnight in Shanghai
    assert answer.headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    assert answer.headers["Link"] == '</api/docs/#versions>; rel="deprecation"'
    schema = OperationSchema()
    schema.view, schema.method = SimpleNamespace(operations={"GET": declared}), "GET"
    assert schema.is_deprecated()
