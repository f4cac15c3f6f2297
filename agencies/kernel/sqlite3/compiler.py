from django.db.models.sql import compiler

from agencies.kernel.compiling import PlainColumns

SQLAggregateCompiler, SQLDeleteCompiler = compiler.SQLAggregateCompiler, compiler.SQLDeleteCompiler
SQLInsertCompiler, SQLUpdateCompiler = compiler.SQLInsertCompiler, compiler.SQLUpdateCompiler


class SQLCompiler(PlainColumns):
    pass
