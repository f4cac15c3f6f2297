"""New indexes on tables that hold rows are made beside the work that goes on."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from agencies.kernel.indexes import AddIndexBeside

# The last migration of each app that made an index the plain way; what came before stays as it is.
PLAIN_UNTIL = {
    "agencies.duty": "0001",
    "agencies.journal": "0007",
    "agencies.runs": "0001",
    "cases.casefile": "0004",
    "cases.clocks": "0007",
    "cases.intake": "0003",
    "cases.papers": "0003",
    "cases.proceedings": "0016",
    "cases.sharing": "0002",
    "coordination.channels": "0001",
    "coordination.chasing": "0001",
    "coordination.conferences": "0001",
    "coordination.notes": "0001",
    "coordination.notifications": "0003",
    "coordination.opinions": "0001",
    "coordination.referrals": "0013",
    "coordination.routing": "0001",
    "coordination.saved": "0001",
    "coordination.tasks": "0007",
}


def later_migrations():
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in ("agencies", "cases", "coordination"):
            folder = importlib.import_module(f"{config.name}.migrations") if config.models_module else None
            for found in pkgutil.iter_modules(folder.__path__) if folder else ():
                if found.name[:4] > PLAIN_UNTIL.get(config.name, "0000"):
                    module = importlib.import_module(f"{config.name}.migrations.{found.name}")
                    yield f"{config.label}.{found.name}", module.Migration


def test_no_later_migration_keeps_writers_out():
    plain = []
    for name, migration in later_migrations():
        made = {one.name_lower for one in migration.operations if isinstance(one, migrations.CreateModel)}
        for one in migration.operations:
            if isinstance(one, AddIndexBeside):
                if migration.atomic or len(migration.operations) > 1:
                    plain.append(f"{name}: AddIndexBeside stands alone, with atomic = False")
            elif isinstance(one, migrations.AddIndex) and one.model_name_lower not in made:
                plain.append(f"{name}: use agencies.kernel.indexes.AddIndexBeside")
    assert plain == []


@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_beside_the_work():
    index = models.Index(fields=["key"], name="failure_by_key_of_a_test")
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation = AddIndexBeside("failure", index)
    operation.state_forwards("runs", after)
    assert isinstance(after.models["runs", "failure"], ModelState)

    try:
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("runs", editor, before, after)
        with connection.cursor() as cursor:
            assert index.name in connection.introspection.get_constraints(cursor, "runs_failure")
    finally:
        with connection.schema_editor(atomic=False) as editor:
            operation.database_backwards("runs", editor, after, before)
