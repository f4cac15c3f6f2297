"""Uploaded files are examined in a separate process: damaged, active or too costly ones are refused."""

import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageFile

from agencies.kernel import limits
from cases.papers import opening
from cases.papers.opening import FileFinding, examine, read_codes
from dev.demo.scans import scan

PDF = "application/pdf"


def picture(size, form="PNG"):
    drawn = BytesIO()
    Image.new("1", size).save(drawn, form)
    return drawn.getvalue()


def declares_size(wide):
    """A PNG whose header declares another size."""
    head = b"IHDR" + wide.to_bytes(4) * 2 + b"\x01\x00\x00\x00\x00"
    whole = picture((8, 8))
    return whole[:12] + head + zlib.crc32(head).to_bytes(4) + whole[33:]


def document(change=lambda made: None, pages=1):
    made = pikepdf.new()
    for _n in range(pages):
        made.add_blank_page()
    change(made)
    written = BytesIO()
    made.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def test_intact_scans_of_each_kind_are_accepted():
    assert examine(scan("words").read(), PDF) == FileFinding()
    assert examine(picture((40, 40)), "image/png") == FileFinding()
    assert examine(picture((2480, 3508), "JPEG"), "image/jpeg") == FileFinding()


def script(made):
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(made):
    made.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def attachment(made):
    made.attachments["letter.exe"] = b"MZ"


def hidden(made):
    """In an object that nothing on the page refers to."""
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(pikepdf.Dictionary(A=pikepdf.Dictionary(JS="1")))])


@pytest.mark.parametrize(
    ("change", "what"),
    [(script, "JavaScript"), (launch, "Launch"), (attachment, "EmbeddedFile"), (hidden, "JavaScript")],
)
def test_active_content_is_named(change, what):
    assert examine(document(change), PDF) == FileFinding("active", what)


def test_damaged_locked_and_endless_files_are_distinguished():
    locked = BytesIO()
    with pikepdf.open(BytesIO(document())) as made:
        made.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert examine(locked.getvalue(), PDF).wrong == "password"
    assert examine(b"%PDF-1.4\nnonsense\n%%EOF", PDF).wrong == "broken"
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    assert examine(head + b"<script>1</script>" + b"IEND\xaeB`\x82", "image/png").wrong == "broken"
    whole = picture((40, 40))
    assert examine(whole[:45] + b"\x00" * 20 + whole[65:], "image/png").wrong == "broken"
    assert examine(document(pages=limits.PDF_PAGES + 1), PDF).wrong == "pages"
    assert examine(declares_size(20_000), "image/png") == FileFinding("pixels", "20000 × 20000")


def test_a_damaged_picture_is_refused_after_a_pdf_was_rendered(monkeypatch):
    """Importing WeasyPrint makes Pillow accept truncated pictures in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture((40, 40))
    assert examine(whole[:45] + b"\x00" * 20 + whole[65:], "image/png").wrong == "broken"


def test_a_file_beyond_the_limits_ends_only_its_own_process(monkeypatch):
    content = picture((9_000, 10_000))
    assert examine(content, "image/png") == FileFinding()
    monkeypatch.setitem(opening.LIMITS, "memory", 100 * 1024 * 1024)
    assert examine(content, "image/png") == FileFinding("costly")
    assert read_codes(content, "image/png") == []


def test_a_page_of_a_huge_declared_size_is_rendered_small_and_a_huge_picture_is_not_decoded():
    """Such a file of 306 bytes once used 5.4 GiB."""
    made = document(lambda made: setattr(made.pages[0], "MediaBox", pikepdf.Array([0, 0, 14_400, 14_400])))
    assert read_codes(made, PDF) == []
    assert examine(made, PDF) == FileFinding()
    # Such a file of 688 KB once used 864 MiB.
    assert read_codes(declares_size(30_000), "image/png") == []
