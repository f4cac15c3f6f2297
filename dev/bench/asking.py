"""A client that sends requests as fast as they are answered, and measures times."""

import http.client
import json
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

IDLE = 2.0  # seconds; gunicorn keeps a connection for five
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """`seconds` until the last byte was read."""

    path: str
    status: int
    body: bytes
    seconds: float


class Visitor:
    """A persistent connection with its cookies."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.asked_at = 0.0
        self.cookies: dict[str, str] = {}
        self.headers = {"Accept-Language": "zh-CN", **(headers or {})}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**self.headers, "Cookie": cookie, **headers}
        if perf_counter() - self.asked_at > IDLE:
            self.connection.close()  # the server closes idle connections; the next request opens it again
        self.asked_at = began = perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        seconds = perf_counter() - began
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return Answer(path, response.status, content, seconds)

    def sign_in(self, username: str, password: str) -> "Visitor":
        page = self.ask("GET", "/login/").body.decode()
        token = TOKEN.search(page)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1]}
        origin = f"http://127.0.0.1:{self.connection.port}"
        answer = self.ask(
            "POST", "/login/", urlencode(form), Referer=origin, **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        if answer.status != 302:
            raise RuntimeError(f"{username} could not sign in: {answer.status}")
        return self

    def post_json(self, path: str, content: dict[str, object]) -> Answer:
        text = json.dumps(content)
        return self.ask("POST", path, text, **{"Content-Type": "application/json"})


def in_turn(ask: Callable[[], Answer], times: int, *, expected: Iterable[int] = (200,)) -> list[Answer]:
    """Repeats a request, after three that are not counted."""
    allowed = set(expected)
    answers = []
    for count in range(times + 3):
        answer = ask()
        if answer.status not in allowed:
            raise RuntimeError(f"{answer.path} answered {answer.status}: {answer.body[:300]!r}")
        if count >= 3:
            answers.append(answer)
    return answers


def at_once(visitors: list[Callable[[], Answer]], times: int, *, expected: int) -> tuple[list[Answer], float]:
    """Each visitor sends `times` requests, all concurrently. Returns the answers and the total seconds."""

    def each(ask: Callable[[], Answer]) -> list[Answer]:
        return [ask() for _ in range(times)]

    with ThreadPoolExecutor(len(visitors)) as pool:
        began = perf_counter()
        answers = [answer for some in pool.map(each, visitors) for answer in some]
        seconds = perf_counter() - began
    wrong = [answer.status for answer in answers if answer.status != expected]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(answers)} answered otherwise, e.g. {wrong[0]}")
    return answers, seconds
