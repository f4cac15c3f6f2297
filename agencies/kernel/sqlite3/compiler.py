from django.db.models.sql import compiler

from agencies.kernel.compiling import Noting, PlainColumns

SQLAggregateCompiler = compiler.SQLAggregateCompiler


class SQLCompiler(PlainColumns):
    pass


class SQLInsertCompiler(Noting, compiler.SQLInsertCompiler):
    pass


class SQLUpdateCompiler(Noting, compiler.SQLUpdateCompiler):
    pass


class SQLDeleteCompiler(Noting, compiler.SQLDeleteCompiler):
    pass
