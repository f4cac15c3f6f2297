"""Static files named with their digest. A file missing in the manifest keeps its plain name.

Otherwise a missing or outdated `collectstatic` would break every page, including the error page. An unstyled page can
still be read, and the log names the missing file.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library ships no types
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.missed: set[str] = set()

    def file_hash(self, name: str, content: Any = None) -> str | None:
        """Eight digits of the digest, which tell the versions of a file apart; a page has hundreds of such names."""
        digest: str | None = super().file_hash(name, content)
        return digest and digest[:8]

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Only of the files named with their digest, which pages use; the plain ones are sent uncompressed."""
        named = set(self.hashed_files.values())
        compressed: Iterator[tuple[str, str]] = super().compress_files([path for path in paths if path in named])
        return compressed

    def stored_name(self, name: str) -> str:
        try:
            found: str = super().stored_name(name)
        except ValueError:
            # Django's own error for a name missing in the manifest. A file that exists nowhere is a programming error.
            if finders.find(name) is None:
                raise
            if name not in self.missed:
                self.missed.add(name)
                log.error("no collected static file for %s: run manage.py collectstatic and restart", name)
            return name
        return found
