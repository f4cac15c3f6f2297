"""Queue for installations without Redis: messages are files that appear only when complete.

Kombu's transport opens a file under its final name and writes afterwards; a worker that reads in between finds it empty
and fails. Here the file is written under another name and renamed atomically.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from amqp.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]  # the library's two bases name the message differently
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}"
        written = Path(self.data_folder_out) / f"{name}.part"  # queues ignore this suffix
        try:
            written.write_text(dumps(payload), encoding="utf-8")
            os.replace(written, written.with_name(f"{name}.{queue}.msg"))
        except OSError as wrong:
            raise ChannelError(f"no message can be written to {self.data_folder_out}") from wrong


class Transport(filesystem.Transport):
    Channel = Channel


def use_whole_files() -> None:
    """Registers this transport as `filesystem://`."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
