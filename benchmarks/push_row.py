"""From one message to a notification for each device at 80 ms, against firebase-admin's send_each."""

import time
from collections.abc import Callable, Iterator

from benchmarks import orders, sinks, workers
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

PEOPLE, CALL = 4_000, 500


def measure(size: Size) -> Iterator[Finding]:
    people = size.of(PEOPLE)
    ratio = Ratio(
        "push at 80 ms, one worker, whole path with rows",
        f"firebase-admin send_each, {CALL} a call, no rows",
        0.9,
    )
    with sinks.slow("http") as port:
        environment = {
            "ICP_FCM_URL": f"http://127.0.0.1:{port}",
            "ICP_FCM_PROJECT": "bench",
            "ICP_FCM_TOKEN": "bench",
        }
        with workers.working(bulk=1, **environment) as team:
            orders.deliver(100, "push")
            library = _library(port, people)

            def theirs() -> float:
                with team.asleep():
                    return library()

            yield paired(ratio, lambda: orders.deliver(people, "push"), theirs, size.runs)


def _library(port: int, people: int) -> Callable[[], float]:
    import firebase_admin
    from firebase_admin import messaging
    from google.oauth2.credentials import Credentials

    class Token(firebase_admin.credentials.Base):
        def get_credential(self) -> Credentials:
            return Credentials(token="bench")

    app = firebase_admin.initialize_app(Token(), {"projectId": "bench"}, "bench")
    service = messaging._get_messaging_service(app)
    service._fcm_url = f"http://127.0.0.1:{port}/v1/projects/bench/messages:send"

    def notification(number: int) -> messaging.Message:
        message = messaging.Message(
            notification=messaging.Notification(title=orders.TEXT.title, body=orders.TEXT.short),
            data={"reference": f"{number:032x}"},
        )
        message.token = f"app-token-{number}"
        return message

    def run() -> float:
        started = time.perf_counter()
        for start in range(0, people, CALL):
            batch = [notification(n) for n in range(start, min(start + CALL, people))]
            answer = messaging.send_each(batch, app=app)
            if answer.failure_count:
                raise RuntimeError("some were not accepted")
        return people / (time.perf_counter() - started)

    return run
