"""Names in both languages. The reader's language decides which is shown."""

from typing import TypeVar

from django.db import models
from django.utils.translation import get_language

Either = TypeVar("Either")


def pick(zh: Either, en: Either) -> Either:
    chinese = (get_language() or "zh").startswith("zh")
    return (zh or en) if chinese else (en or zh)


class NamedModel(models.Model):
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return pick(self.name_zh, self.name_en)


def names_of(model: type[NamedModel], code: str = "code") -> dict[str, str]:
    """The names of all rows of a small table by a code, in the language of the reader."""
    rows = model._default_manager.values_list(code, "name_zh", "name_en")
    return {key: pick(zh, en) for key, zh, en in rows}
