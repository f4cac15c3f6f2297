from django.db.backends.postgresql import compiler

from agencies.kernel.compiling import Noting, PlainColumns, SQLDeleteCompiler, SQLUpdateCompiler

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

SQLAggregateCompiler = compiler.SQLAggregateCompiler


class SQLCompiler(PlainColumns, compiler.SQLCompiler):
    pass


class SQLInsertCompiler(Noting, compiler.SQLInsertCompiler):
    pass
