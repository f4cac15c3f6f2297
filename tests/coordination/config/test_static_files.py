"""Pages work whether or not their static files were collected."""

from pathlib import Path

import pytest
from django.test import Client, override_settings
from pytest_django.fixtures import Settings

from coordination.config.static_files import StaticFiles


def test_a_file_that_the_manifest_lacks_keeps_its_plain_name(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STATIC_ROOT = tmp_path
    with override_settings(DEBUG=False):
        files = StaticFiles(location=str(tmp_path), base_url="/static/")
        files.hashed_files = {"civic.css": "civic.1a2b.css"}

        assert files.url("civic.css") == "/static/civic.1a2b.css"
        assert [files.url("drafts.js") for _ in range(3)] == ["/static/drafts.js"] * 3
        with pytest.raises(ValueError, match=r"no\.js"):
            files.url("no.js")
    assert caplog.text.count("drafts.js") == 1
    assert "collectstatic" in caplog.text


@pytest.mark.django_db
def test_the_error_page_is_shown_although_nothing_was_collected(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "coordination.config.static_files.StaticFiles"},
    }

    answer = Client().get("/no/such/page/")

    assert answer.status_code == 404
    assert answer.content.startswith(b"<!doctype html>")
