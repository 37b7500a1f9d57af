"""From one message to an SMS for each person at 80 ms, to its ratio against twilio's own client."""

import asyncio
import time
from collections.abc import Iterator

from benchmarks import orders, sinks, workers
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

PEOPLE, AT_ONCE = 6_000, 400


def measure(size: Size) -> Iterator[Finding]:
    people = size.of(PEOPLE)
    ratio = Ratio(
        f"SMS at 80 ms, {AT_ONCE} at once, one worker, whole path with rows",
        "twilio's AsyncTwilioHttpClient, no rows",
        0.9,
    )
    with sinks.slow("http") as port:
        environment = {
            "ICP_TWILIO_URL": f"http://127.0.0.1:{port}",
            "ICP_TWILIO_ACCOUNT": "AC" + "0" * 32,
            "ICP_TWILIO_TOKEN": "bench",
            "ICP_TWILIO_WINDOW": str(AT_ONCE),
        }
        with workers.working(bulk=1, **environment) as team:
            orders.deliver(AT_ONCE, "sms")

            def theirs() -> float:
                with team.asleep():
                    return asyncio.run(_library(port, people))

            yield paired(ratio, lambda: orders.deliver(people, "sms"), theirs, size.runs)


async def _library(port: int, people: int) -> float:
    """Requests a second, with so many under way all the time."""
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.rest import Client

    async with AsyncTwilioHttpClient() as transport:
        client = Client("AC" + "0" * 32, "bench", http_client=transport)
        client.api.base_url = f"http://127.0.0.1:{port}"
        numbers = iter(range(people))

        async def sender() -> None:
            for number in numbers:
                await client.messages.create_async(
                    to=f"+4851{number:07d}",
                    body=orders.TEXT.short,
                    from_="Zazolcin",
                    status_callback=f"http://127.0.0.1/callbacks/sms/{number:032x}",
                )

        started = time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
        return people / (time.perf_counter() - started)
