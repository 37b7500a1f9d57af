"""From the name of an address about telephone exchanges to a key, or to a recording that was put aside."""

from typing import Any

from conversations.calls import keys
from conversations.models import Arrival, IngestJob
from tests import make
from tests.access.thing import Thing


def _key() -> dict[str, Any]:
    return {"pk": keys.make("Centrala", [], None, by=make.staff("administrator"))[0].pk}


def _put_aside() -> dict[str, Any]:
    arrival = Arrival(name="plik.wav", put_aside="0" * 32 + ".wav")
    job = IngestJob.objects.create(
        source="folder", state="quarantined", error="no_call", details=arrival
    )
    return {"pk": job.pk}


CALLS_THINGS: dict[str, Thing] = {
    "exchange-key-revoke": Thing(lambda world, of: _key(), of_unit=False),
    **dict.fromkeys(
        ("ingest-retry", "ingest-drop"), Thing(lambda world, of: _put_aside(), of_unit=False)
    ),
}
