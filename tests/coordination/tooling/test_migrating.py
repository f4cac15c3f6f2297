from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import CASCADE, AutoField, ForeignKey, IntegerField

from coordination.tooling.migrating import Executor, GrowingState

pytestmark = pytest.mark.both_databases  # compares the statements that create tables

KEY = ("id", AutoField(primary_key=True))


def toy(name: str, *fields: Any) -> CreateModel:
    return CreateModel(name, [KEY, *fields])


def reference(to: str, **options: Any) -> ForeignKey[Any, Any]:
    return ForeignKey(f"toys.{to}", CASCADE, **options)


def grown(*operations: Any) -> GrowingState:
    """The state after these operations, each of them applied to a rendered state."""
    state = GrowingState()
    assert state.apps.get_models() == []
    for operation in operations:
        state = state.clone()
        operation.state_forwards("toys", state)
    assert isinstance(state, GrowingState)
    return state


def test_a_new_model_does_not_render_the_others_again() -> None:
    box = grown(toy("Box"))
    before = box.apps.get_model("toys", "Box")

    toy("Ball", ("box", reference("Box"))).state_forwards("toys", box)

    ball = box.apps.get_model("toys", "Ball")
    assert box.apps.get_model("toys", "Box") is before
    assert ball._meta.get_field("box").related_model is before


def test_a_changed_model_renders_all_that_refer_to_it() -> None:
    size = AddField("box", "size", IntegerField(default=1))

    state = grown(toy("Box"), toy("Ball", ("box", reference("Box"))), size)

    box, ball = (state.apps.get_model("toys", name) for name in ("Box", "Ball"))
    assert ball._meta.get_field("box").related_model is box
    assert [field.name for field in box._meta.get_fields()] == ["ball", "id", "size"]


def test_python_in_a_migration_sees_what_refers_to_a_model() -> None:
    state = grown(toy("Box"), toy("Ball", ("box", reference("Box", related_name="balls"))))

    state.clear_delayed_apps_cache()

    assert [field.name for field in state.apps.get_model("toys", "Box")._meta.related_objects] == ["balls"]


@pytest.mark.django_db
def test_the_tables_of_new_models_are_those_that_django_creates() -> None:
    """Compares the statements for all models of the product without executing any."""
    graph = MigrationLoader(None).graph
    plan = dict.fromkeys(step for leaf in graph.leaf_nodes() for step in graph.forwards_plan(leaf))
    state: ProjectState = GrowingState()
    assert state.apps.ready
    for step in plan:
        state = graph.nodes[step].mutate_state(state)

    assert statements(state) == statements(MigrationLoader(None).project_state())


def statements(state: ProjectState) -> dict[str, list[str]]:
    found = {}
    for model in state.apps.get_models():
        editor = connection.schema_editor(collect_sql=True, atomic=False)
        editor.deferred_sql = []
        editor.create_model(model)
        found[model._meta.label] = sorted(map(str, [*editor.collected_sql, *editor.deferred_sql]))
    return found


def test_the_product_migrates_with_it() -> None:
    load_command_class(get_commands()["migrate"], "migrate")

    assert vars(migrate)["MigrationExecutor"] is Executor
