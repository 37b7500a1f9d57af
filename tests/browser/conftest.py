"""From a test to a real browser: Debian's Chromium, a running ICP, a guard on the console."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from tests import servers

CHROMIUM = servers.chromium_binary() or "chromium"
# The sandbox and the GPU are missing in containers; the rest stops Chromium calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A form that comes back with mistakes is a 422: the browser calls every 4xx an error; htmx calls it
# one that a page is left before its question was answered.
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "htmx:sendAbort",
    "htmx:afterRequest",
)
SignIn = Callable[[User], None]
# A page is never waited for in vain for long; how busy the machine is says nothing about it.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in the test's thread; the ORM is still called in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {
        "locale": "pl-PL",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",
    }


@pytest.fixture(autouse=True)
def _silent_console(context: BrowserContext) -> Iterator[list[str]]:
    """Fail on any error a page writes to its console: most often something the CSP refused."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            said.append(message.text)

    def fail(error: Error) -> None:
        said.append(str(error))

    def watch(page: Page) -> None:
        page.on("console", listen)
        page.on("pageerror", fail)

    context.on("page", watch)
    yield said
    # A page that is closed says what was typed into it, to a database that is being emptied.
    context.route("**/niezapisane/", lambda route: route.abort())
    assert not said, "\n".join(said)


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer) -> SignIn:
    """Return a function that signs a member of staff in without the sign-in page."""

    def with_session(user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return with_session
