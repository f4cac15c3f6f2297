"""Indexes on tables that hold rows: made beside the work that goes on, where the database can do that."""

from typing import Any

from django.db.migrations.operations import AddIndex
from django.db.models import Index


class AddIndexBeside(AddIndex):
    """AddIndex, without keeping writers out on PostgreSQL (CREATE INDEX CONCURRENTLY).

    The migration says `atomic = False` and holds nothing else. One that was cut short leaves an invalid index: it is
    dropped first, so that the migration can simply be run again.
    """

    def __init__(self, model_name: str, index: Index) -> None:
        super().__init__(model_name, index)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            quoted = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
            schema_editor.add_index(model, self.index, concurrently=True)
