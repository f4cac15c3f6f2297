from django.db.backends.postgresql import compiler

from agencies.kernel.compiling import PlainColumns

SQLAggregateCompiler, SQLDeleteCompiler = compiler.SQLAggregateCompiler, compiler.SQLDeleteCompiler
SQLInsertCompiler, SQLUpdateCompiler = compiler.SQLInsertCompiler, compiler.SQLUpdateCompiler


class SQLCompiler(PlainColumns, compiler.SQLCompiler):
    pass
