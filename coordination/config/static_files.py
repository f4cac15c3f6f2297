"""Static files under names with their digest; a file that the manifest lacks keeps its plain name.

Without this, an installation whose `collectstatic` was forgotten or is older than its code answers every page with an
error, the error page included. A page without its style can still be read, and the log says what is missing.
"""

import logging
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library ships no types
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.missed: set[str] = set()

    def stored_name(self, name: str) -> str:
        try:
            found: str = super().stored_name(name)
        except ValueError:
            # Django's own complaint about a name that is not in the manifest. What no folder has is a mistake of ours.
            if finders.find(name) is None:
                raise
            if name not in self.missed:
                self.missed.add(name)
                log.error("no collected static file for %s: run manage.py collectstatic and restart", name)
            return name
        return found
