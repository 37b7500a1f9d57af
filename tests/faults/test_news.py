"""News of an SMS from a signed callback: early, repeated, out of order, forged."""

from collections.abc import Iterator

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.faults.conftest import PEOPLE
from tests.faults.installation import Installation, Row, Web, eventually


@pytest.fixture(scope="module")
def web(small: Installation) -> Iterator[Web]:
    with small.web() as running:
        yield running


@pytest.fixture(scope="module")
def _dispatcher(small: Installation, web: Web) -> Iterator[None]:
    with small.dispatcher():
        yield


def tell(
    installation: Installation, web: Web, row: Row, status: str, *, token: str = ""
) -> requests.Response:
    """Post what Twilio would post; with another token: what somebody else would."""
    url = f"{web.url}/callbacks/sms/{row.reference}"
    accounts = installation.box.accounts
    sid = f"SM{row.pk:032x}"
    fields = {
        "AccountSid": accounts.twilio_account,
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    sign = RequestValidator(token or accounts.twilio_token)
    headers = {"X-Twilio-Signature": sign.compute_signature(url, fields)}
    return requests.post(url, data=fields, headers=headers, timeout=20)


def news(installation: Installation) -> int:
    return int(installation.sql("SELECT COUNT(*) FROM messaging_receiptnews")[0][0])


def state(installation: Installation, message: int, row: Row) -> str:
    return next(one.state for one in installation.deliveries(message) if one.pk == row.pk)


@pytest.mark.usefixtures("_dispatcher")
def test_news_before_the_acceptance_then_late_repeated_and_forged(
    small: Installation, web: Web
) -> None:
    small.box.switch("sms", delay_ms=600, silent=True)
    message = small.order("sms")
    eventually(lambda: "submitting" in small.states(message))
    row = next(one for one in small.deliveries(message) if one.state == "submitting")
    assert tell(small, web, row, "delivered").status_code == 200
    eventually(lambda: state(small, message, row) == "delivered")
    eventually(lambda: small.ended(message))
    small.box.switch("sms", delay_ms=0)
    kept = news(small)
    # Told again, and what came before: kept as events at most, and the state stands.
    assert [tell(small, web, row, "delivered").status_code for _ in range(3)] == [200] * 3
    assert news(small) == kept
    assert tell(small, web, row, "sent").status_code == 200
    assert tell(small, web, row, "undelivered").status_code == 200
    kept = news(small)
    other = next(one for one in small.deliveries(message) if one.pk != row.pk)
    assert tell(small, web, other, "undelivered", token="forged").status_code == 400
    assert (
        requests.post(f"{web.url}/callbacks/sms/{other.reference}", timeout=20).status_code == 400
    )
    assert news(small) == kept
    unapplied = "SELECT COUNT(*) FROM messaging_receiptnews WHERE applied_at IS NULL"
    eventually(lambda: small.sql(unapplied) == [(0,)])
    assert small.judge(message, PEOPLE) == {"delivered": 1, "accepted": PEOPLE - 1}


@pytest.mark.usefixtures("_dispatcher")
def test_a_provider_that_repeats_itself_beside_a_forger(small: Installation, web: Web) -> None:
    small.box.switch("sms", silent=False, repeat_callbacks=True, forge_callbacks=True)
    forged = "SELECT COUNT(*) FROM messaging_receiptnews WHERE news = 'undelivered'"
    before, forged_before = news(small), small.sql(forged)
    message = small.order("sms")
    eventually(lambda: small.states(message) == {"delivered": PEOPLE})
    eventually(lambda: small.ended(message))
    assert small.judge(message, PEOPLE) == {"delivered": PEOPLE}
    # "sent" and "delivered" of each, once; not one "failed" of the forger.
    assert news(small) - before <= 2 * PEOPLE
    assert small.sql(forged) == forged_before
