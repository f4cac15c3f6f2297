"""Small tables that every page needs and that hardly ever change, kept whole in each process.

`keep` replaces how a foreign key to such a table is read: `row.agency` is a copy of the kept row and costs no query,
and `select_related("agency")` joins nothing. Every INSERT, UPDATE and DELETE on a kept table changes the version, a row
that each request reads with the rights of its person. If it differs from the known version, the rows are read again.

A transaction that changes a kept table sees its own rows, and other threads of the process do not until it commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeVar, cast
from uuid import uuid4

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import ForeignKey, Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils.translation import get_language

from .copies import copy_of

T = TypeVar("T")


class Rows(dict[Any, Model]):
    """The rows of a table by their id, their names (`names_of`), and what was made of them (`made_of`)."""

    def __init__(self, rows: Iterable[Model]) -> None:
        super().__init__((row.pk, row) for row in rows)
        self.names: dict[tuple[str, str | None], Mapping[Any, str]] = {}
        self.made: dict[Any, Any] = {}


_kept: set[type[Model]] = set()
_listed: set[type[Model]] = set()  # kept, but not read by their foreign keys
_versions: list[type[Model]] = []  # the model of the version


class KeptKey(ForwardManyToOneDescriptor):  # type: ignore[type-arg]  # not generic at run time
    """Reads a foreign key from the kept table. What is not in it is read from the database."""

    def get_object(self, instance: Model) -> Model:
        field = self.field
        row = _rows(field.remote_field.model).get(getattr(instance, field.attname))
        return super().get_object(instance) if row is None else copy_of(row)

    def is_cached(self, instance: Model) -> bool:
        """Prefetching through this key reads no row that is kept."""
        field = self.field
        return super().is_cached(instance) or getattr(instance, field.attname) in _rows(field.remote_field.model)


class _Process:
    """What this process knows: the rows of each table, their version, and whether that is still to be compared."""

    def __init__(self) -> None:
        self.version = ""
        self.is_compared = False
        self.rows: dict[type[Model], Rows] = {}

    def expect(self, version: str) -> None:
        if version != self.version:
            self.rows, self.version = {}, version
        self.is_compared = True


class Changed:
    """Stands among the callbacks of a transaction while its change of a kept table may still be rolled back."""

    def __init__(self) -> None:
        self.rows: dict[type[Model], Rows] = {}

    def __call__(self) -> None:
        forget()


_process = _Process()


def keep(*models: type[Model]) -> None:
    """Called when all apps are loaded."""
    _kept.update(models)
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if is_kept_key(field):
                setattr(model, field.name, KeptKey(field))


def keep_list(*models: type[Model]) -> None:
    """Keeps tables that are read whole (`values_of`) and not by their foreign keys."""
    _listed.update(models)


def keep_version_in(model: type[Model]) -> None:
    _versions[:] = [model]


def is_kept_key(field: Any) -> bool:
    return isinstance(field, ForeignKey) and bool(field.many_to_one) and field.remote_field.model in _kept


def without_kept_keys(model_meta: Any, requested: dict[str, Any]) -> dict[str, Any]:
    """The names of `select_related` without those that need no join."""
    return {
        name: below for name, below in requested.items() if not is_kept_key(model_meta._forward_fields_map.get(name))
    }


def changed(model: type[Model] | None) -> None:
    """Called after each statement that writes rows of a model."""
    if model not in _kept and model not in _listed:
        return
    if next(_changes(), None) is None:
        version: Any = _versions[0]
        one = version(pk=1, value=uuid4().hex)
        version.objects.bulk_create([one], update_conflicts=True, unique_fields=["id"], update_fields=["value"])
    transaction.on_commit(Changed())


def expect(version: str) -> None:
    """The version of the database, as the caller has read it."""
    _process.expect(version)


def load() -> None:
    """Reads all kept tables that this process does not know yet."""
    for model in _kept | _listed:
        _rows(model)


def forget() -> None:
    """The version is compared before the rows are used again."""
    _process.is_compared = False


def rows_by_id(model: type[Model], ids: Iterable[Any]) -> dict[Any, Any]:
    """As `in_bulk`, without a query."""
    rows = _rows(model)
    return {pk: copy_of(rows[pk]) for pk in ids if pk in rows}


def all_rows(model: type[Model]) -> list[Any]:
    """Without a query, in no order."""
    return [copy_of(row) for row in _rows(model).values()]


def values_of(model: type[Model], *names: str) -> Iterator[tuple[Any, ...]]:
    """These columns of all kept rows, without a query and without copies."""
    read = attrgetter(*names)
    return (read(row) for row in _rows(model).values())


def names_of(model: type[Model], code: str = "code") -> Mapping[Any, str]:
    """The names of all kept rows by a code, in the language of the reader; made once."""
    rows, key = _rows(model), (code, get_language())
    if key not in rows.names:
        rows.names[key] = {getattr(row, code): row.name for row in cast(Any, rows).values()}
    return rows.names[key]


def made_of(model: type[Model], make: Callable[[Iterable[Any]], T]) -> T:
    """What a function makes of all kept rows; made once, so that it is the same object until a row changes."""
    rows = _rows(model)
    if make not in rows.made:
        rows.made[make] = make(rows.values())
    made: T = rows.made[make]
    return made


def _rows(model: type[Model]) -> Rows:
    own = next(_changes(), None)
    if own is None and not _process.is_compared:
        version: Any = _versions[0]
        _process.expect(version.objects.values_list("value", flat=True).first() or "")
    rows = own.rows if own else _process.rows
    if model not in rows:
        # Assigned at once, so that another thread sees all rows or none.
        rows[model] = Rows(model._base_manager.all())
    return rows[model]


def _changes() -> Iterator[Changed]:
    """Those of the open transaction, latest first. A rollback takes away its own."""
    waiting: Any = connections[DEFAULT_DB_ALIAS].run_on_commit
    for _savepoints, call, _robust in reversed(waiting):
        if isinstance(call, Changed):
            yield call
