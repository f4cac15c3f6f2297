"""What the product compiles once a day for each person: a test that changes what is compiled has to forget it."""

from coordination.insight.search import finding

CACHES = (finding._checked,)


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
