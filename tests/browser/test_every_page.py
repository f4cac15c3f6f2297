"""Every page in both languages, on a wide and a narrow screen: no axe violations and no horizontal overflow."""

import pytest

from agencies.kernel.resource import RESOURCES, resource_of
from tests import stories
from tests.coordination.routes import every_route
from tests.coordination.test_route_matrix import stage, without_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = {
    "en": {"viewport": {"width": 1440, "height": 900}},
    "zh-hans": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
NOUN_MODELS = tuple(resource.model for resource in RESOURCES.values())
# Routes that are no pages: they change something, return a file, or belong to sign-in.
ELSEWHERE = {"language", "theme", "login", "logout", "verb", "clocks_csv", "clocks_xlsx", "incoming_file"}


def addresses(cast, who):
    """The URLs of all pages that this reader may open, with the pages of all buttons."""
    things = stage(cast)
    stories.transfer(cast, "HEAD_DECISION")
    routes = [r for r in every_route() if not (r.is_api or r.name in ELSEWHERE or r.permission == "public")]
    urls = [route.url(things) for route in routes]
    urls += [button.url for thing in things.values() for button in buttons(cast, who, thing)]
    client = cast.browser(who)
    with without_pages():
        answers = {url: client.get(url) for url in urls}
    return [url for url, got in answers.items() if got.status_code == 200 and "text/html" in got["Content-Type"]]


@pytest.mark.parametrize("who", ["customs.head", "centre.supervisor"])
def test_every_page_looks_right(person, cast, who):
    pages = addresses(cast, who)
    readers = {
        language: person(language, **screen).signs_in(who, stories.PASSWORD) for language, screen in SCREENS.items()
    }
    assert len(pages) > 15
    faults = {}
    for address in pages:
        for language, reader in readers.items():
            found = reader.goes_to(address).violations()
            over = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if found or over > 0:
                faults[address, language] = (found, over)
    assert faults == {}


def buttons(cast, who, thing):
    """The buttons of an object. Objects without a workflow have none."""
    return resource_of(thing).buttons(cast[who], thing) if isinstance(thing, NOUN_MODELS) else []
