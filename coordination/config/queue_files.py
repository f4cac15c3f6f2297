"""The queue of an installation without Redis: messages are files, and a file appears when it is whole.

The transport of Kombu opens a message under its name and writes it afterwards; a worker that reads in between finds it
empty, and ends. Here it is written beside and then given its name, which a file system does in one step.
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
        written = Path(self.data_folder_out) / f"{name}.part"  # no queue reads what ends so
        try:
            written.write_text(dumps(payload), encoding="utf-8")
            os.replace(written, written.with_name(f"{name}.{queue}.msg"))
        except OSError as wrong:
            raise ChannelError(f"no message can be written to {self.data_folder_out}") from wrong


class Transport(filesystem.Transport):
    Channel = Channel


def use_whole_files() -> None:
    """`filesystem://` means this one from here on."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
