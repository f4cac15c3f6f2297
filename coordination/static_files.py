"""Static files under names with their digest; a file that the manifest lacks keeps its plain name.

Without this, an installation whose `collectstatic` was forgotten or is older than its code answers every page with an
error, the error page included. A page without its style can still be read, and the log says what is missing.
"""

import logging

from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library ships no types
    def stored_name(self, name: str) -> str:
        try:
            found: str = super().stored_name(name)
        except ValueError:
            # Django's own complaint about a name that is not in the manifest.
            log.error("no collected static file for %s: run manage.py collectstatic and restart", name)
            return name
        return found
