"""The database's time where the clock of the process is moved: the suite at another date, recordings."""

from typing import Any

from django.db.models import DateTimeField, Func, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone


class ProcessNow(Func):
    """Like `Now()`, with the time of the process when the statement is compiled."""

    template = "%s"
    output_field = DateTimeField()

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_how: Any, **_more: Any) -> Any:
        return compiler.compile(Value(timezone.now(), output_field=DateTimeField()))
