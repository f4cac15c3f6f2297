"""The file queue: a worker finds a message complete or not at all."""

import os
from queue import Empty

import pytest
from kombu import Connection

from coordination.config import queue_files
from coordination.config.celery import app

pytestmark = pytest.mark.both_databases  # the queue without Redis


@pytest.fixture
def channel(tmp_path):
    (tmp_path / "queue").mkdir()
    folders = {"data_folder_in": str(tmp_path / "queue"), "data_folder_out": str(tmp_path / "queue")}
    options = folders | {"control_folder": str(tmp_path / "control")}
    with Connection("filesystem://localhost//", transport_options=options) as connection:
        assert isinstance(connection.transport, queue_files.Transport)
        yield connection.channel()


def test_a_message_comes_out_as_it_went_in_and_once(channel):
    channel._put("celery", {"ring": "铃", "n": 1})
    with pytest.raises(Empty):
        channel._get("another")
    assert channel._get("celery") == {"ring": "铃", "n": 1}
    with pytest.raises(Empty):
        channel._get("celery")


def test_no_message_is_lost(channel):
    for n in range(3):
        channel._put("celery", {"n": n})
    assert channel._size("celery") == 3
    assert sorted(channel._get("celery")["n"] for _ in range(3)) == [0, 1, 2]


def test_a_message_that_is_being_written_is_not_there_yet(channel, tmp_path, monkeypatch):
    named = os.replace

    def looked_at_first(written, name):
        with pytest.raises(Empty):
            channel._get("celery")
        named(written, name)

    monkeypatch.setattr(queue_files.os, "replace", looked_at_first)
    channel._put("celery", {"is": "whole"})
    assert channel._get("celery") == {"is": "whole"}
    assert not list((tmp_path / "queue").iterdir())


def test_the_worker_uses_it_where_there_is_no_redis():
    with app.connection_for_write() as connection:
        if connection.transport_cls == "filesystem":
            assert isinstance(connection.transport, queue_files.Transport)
