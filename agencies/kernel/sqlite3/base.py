from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations


class Operations(DatabaseOperations):
    compiler_module = "agencies.kernel.sqlite3.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = Operations
