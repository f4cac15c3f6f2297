"""PDF if this machine can render it; otherwise the page names what is missing, and printing still works."""

import importlib
import importlib.util

import pytest
from django.urls import reverse

from coordination.documents import pdf
from tests import stories

needs_weasyprint = pytest.mark.skipif(bool(pdf.missing()), reason=f"needs {', '.join(pdf.missing())}")


@pytest.fixture(autouse=True)
def _looked_at_anew():
    pdf._missing.cache_clear()
    yield
    pdf._missing.cache_clear()


@pytest.mark.slow
def test_without_weasyprint_the_page_says_so_and_the_sheet_prints(cast, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    paper = stories.paper(cast, "ISSUED")
    browser = cast.browser("customs.officer")
    page = browser.get(reverse("paper", args=[paper.pk])).content.decode()
    assert "This server cannot create PDF files." in page
    assert reverse("paper_pdf", args=[paper.pk]) not in page
    assert browser.get(reverse("paper_print", args=[paper.pk])).status_code == 200
    refused = browser.get(reverse("paper_pdf", args=[paper.pk]))
    assert refused.status_code == 409
    assert "WeasyPrint is not installed" in refused.content.decode()


def test_without_pango_it_shows_pango(monkeypatch):
    def no_library(name):
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(importlib, "import_module", no_library)
    assert any(words.startswith("Pango is not installed") for words in pdf.missing())


def test_without_a_chinese_font_it_shows_so(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    assert any(words.startswith("No Chinese font") for words in pdf.missing())


def test_a_sheet_loads_nothing_from_outside():
    with pytest.raises(ValueError, match="may not load"):
        pdf._refuse("https://example.org/x.png")


@pytest.mark.slow
@needs_weasyprint
def test_the_sheet_is_drawn_as_pdf(cast):
    paper = stories.paper(cast, "ISSUED")
    answer = cast.browser("customs.officer").get(reverse("paper_pdf", args=[paper.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
