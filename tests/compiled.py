"""What the product compiles once a day for each person: a test that changes what is compiled has to forget it."""

from coordination.insight.search import finding
from coordination.workspace import navigation, waiting

CACHES = (
    *(navigation._compiled, navigation._pairs, navigation._compiled_counter, waiting._compiled_work),
    *(waiting._compiled_queue, finding._checked),
)


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
