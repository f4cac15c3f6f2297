"""What the product compiles once a day for each person: a test that changes what is compiled has to forget it."""

from coordination.exchange.reminders import asking
from coordination.insight.lateness import counting
from coordination.insight.search import finding
from coordination.insight.supervision import late, news, requesting
from coordination.workspace import navigation, waiting

CACHES = (
    *(navigation._compiled, navigation._pairs, navigation._compiled_counter, waiting._compiled_work),
    *(counting._late_of, late._letters_to, news._lists, waiting._compiled_queue, finding._checked),
    *(asking._oldest, asking._letters, requesting._asked),
)


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
