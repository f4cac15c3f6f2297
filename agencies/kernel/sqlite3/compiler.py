from django.db.models.sql import compiler

from agencies.kernel.compiling import Noting, PlainColumns, SQLDeleteCompiler, SQLUpdateCompiler

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

SQLAggregateCompiler = compiler.SQLAggregateCompiler


class SQLCompiler(PlainColumns):
    pass


class SQLInsertCompiler(Noting, compiler.SQLInsertCompiler):
    pass
