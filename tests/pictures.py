"""Takes the pictures of the twelve main pages: `make pictures` loads a separate demonstration and takes screenshots.

`DATA_DIR` may name a folder that is already loaded. Without it a temporary folder is used.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urljoin
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1440, 1000
COLOURS = (64, 32, 16, 8)  # tried in this order; 64 are a third of the bytes without a visible difference
LARGEST, OF_TOUR = 150_000, 60_000  # bytes of a picture
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Picture:
    """Each of `links` selects a link on the page before it, the first on the page at `path`; the target of the last
    one, with `query`, is the picture, from the element `at` downwards. `largest` is a number of bytes."""

    name: str
    who: str
    path: str
    links: tuple[str, ...] = ()
    query: str = ""
    at: str = ""
    languages: tuple[str, ...] = tuple(LANGUAGES)
    largest: int = LARGEST


CASE = "某未公司夹藏碳化钨粉案"
FIND_CASE = f"/search/?q={quote(CASE)}"
TRANSFERS = "/referrals/?kind=criminal_transfer"
CASE_LINK = 'main a[href^="/cases/"]'
PICTURES = (
    Picture("home", "customs.officer", "/"),
    Picture("home-head", "customs.head", "/"),
    Picture("queue", "customs.officer", "/queues/"),
    Picture("board", "customs.officer", "/board/"),
    Picture("case", "customs.officer", FIND_CASE, (CASE_LINK,)),
    Picture("timeline", "customs.officer", FIND_CASE, (CASE_LINK,), "?tab=timeline", "main .cv-timeline"),
    Picture("decision", "customs.head", "/approvals/", ('main a[href*="resource=referrals"]',)),
    Picture("referral", "customs.officer", TRANSFERS, ('main tbody a[href^="/referrals/"]',)),
    Picture("search", "customs.officer", f"/search/?q={quote('越南 锑')}"),
    Picture("deadlines", "customs.officer", "/queues/calendar/"),
    Picture("supervision", "centre.supervisor", "/supervision/"),
    Picture("help", "customs.officer", "/help/"),
)


def of_tour(name: str, who: str, *links: str, query: str = "", at: str = "") -> Picture:
    """A picture of docs/tour.md, found from the search for its case."""
    path = f"/search/?q={quote(TOUR_CASE)}"
    return Picture(f"tour-{name}", who, path, links, query, at, languages=("en",), largest=OF_TOUR)


# A story of the demonstration (dev/demo/stories/tour.yaml).
TOUR_CASE = "某示范"
CASE_TABS = "main .cv-tabs"
CRIMINAL_LINK = 'main a[href^="/proceedings/"]:not([href*="/do/"]):has-text("Criminal")'
REFERRAL_LINK = 'main a[href^="/referrals/"]:not([href*="/do/"])'
TOUR = (
    of_tour("lead", "customs.officer", 'main a[href^="/leads/"]'),
    of_tour("case", "customs.officer", CASE_LINK),
    of_tour("goods", "customs.officer", CASE_LINK, query="?tab=goods", at=CASE_TABS),
    of_tour("task", "commerce.officer", 'main a[href^="/tasks/"]'),
    of_tour("transfer", "customs.officer", CASE_LINK, f'{REFERRAL_LINK}:has-text("Transfer of a suspected crime")'),
    of_tour("papers", "customs.officer", CASE_LINK, query="?tab=papers", at=CASE_TABS),
    of_tour("criminal", "antismuggling.officer", CASE_LINK, CRIMINAL_LINK),
    of_tour("persons", "antismuggling.officer", CASE_LINK, CRIMINAL_LINK, 'main a[href^="/proceedings/persons/"]'),
    of_tour("notice", "commerce.officer", CASE_LINK, REFERRAL_LINK),
    of_tour("timeline", "commerce.officer", CASE_LINK, query="?tab=timeline", at=CASE_TABS),
    of_tour("exporter", "commerce.officer", 'main a[href^="/exporters/"]'),
    of_tour("stop", "customs.officer", 'main a[href^="/stops/"]'),
    of_tour("query", "customs.officer", 'main a[href^="/customs-queries/"]'),
    Picture(
        *("tour-prevention", "centre.supervisor", "/supervision/prevention/?period=year"),
        languages=("en",),
        largest=OF_TOUR,
    ),
)


def main() -> None:
    executable = os.environ.get("CHROMIUM", "")
    if not executable:
        sys.exit("pictures: no Chromium found; set CHROMIUM to its executable")
    with data_folder() as environ, served(environ) as origin, sync_playwright() as playwright:
        # Before the answer stand the lines of the commands that prepare search and figures.
        password = json.loads(python(environ, "-m", "dev", "demonstrate", "--json").splitlines()[-1])["password"]
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for picture in (*PICTURES, *TOUR):
            for language in picture.languages:
                take(browser, origin, picture, language, password)
        browser.close()


@contextmanager
def data_folder() -> Iterator[dict[str, str]]:
    """The environment of a prepared demonstration on SQLite."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        environ = {**os.environ, "DATA_DIR": os.environ.get("DATA_DIR", folder)}
        for name in ("DATABASE_URL", "REDIS_URL", "ENVIRONMENT"):
            environ.pop(name, None)
        python(environ, "manage.py", "prepare")
        yield environ


def python(environ: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=environ, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextmanager
def served(environ: Mapping[str, str]) -> Iterator[str]:
    """The web server without a worker, at a free port, so that no job changes the pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:coordination.config.gunicorn", "coordination.asgi"]
    server = subprocess.Popen(command, env={**environ, "PORT": str(port)}, cwd=ROOT)
    try:
        yield answering(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait()


def answering(origin: str, server: "subprocess.Popen[bytes]") -> str:
    for _attempt in range(SECONDS_TO_START * 5):
        if server.poll() is not None:
            sys.exit(f"pictures: the web server exited with {server.returncode}")
        try:
            urlopen(f"{origin}/login/").close()  # noqa: S310 - our own server
        except URLError:
            time.sleep(0.2)
        else:
            return origin
    sys.exit(f"pictures: no answer from {origin} within {SECONDS_TO_START} seconds")


def take(browser: Browser, origin: str, picture: Picture, language: str, password: str) -> None:
    context = browser.new_context(
        locale=LANGUAGES[language], timezone_id="Asia/Shanghai", viewport={"width": WIDTH, "height": HEIGHT}
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    sign_in(page, origin, picture.who, password)
    page.goto(origin + picture.path)
    for link in picture.links:
        address = page.locator(link).first.get_attribute("href") or ""
        page.goto(urljoin(page.url, address.partition("#")[0]))
    if picture.query:
        page.goto(urljoin(page.url, picture.query))
    if picture.at:
        page.locator(picture.at).first.evaluate("element => element.scrollIntoView({ behavior: 'instant' })")
    target = FOLDER / f"{picture.name}-{language}.png"
    save(Image.open(BytesIO(page.screenshot())), target, picture.largest)
    sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KiB\n")
    context.close()


def save(shown: Image.Image, target: Path, largest: int) -> None:
    """Saves with as many colours as fit into `largest` bytes. Flat pages look the same with few."""
    for colours in COLOURS:
        shown.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= largest:
            return
    sys.exit(f"pictures: {target.name} has more than {largest} bytes with {COLOURS[-1]} colours")


def sign_in(page: Page, origin: str, username: str, password: str) -> None:
    page.goto(f"{origin}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main button[type=submit], main form.cv-form button")
    page.wait_for_url(lambda url: "/login/" not in url)


if __name__ == "__main__":
    main()
