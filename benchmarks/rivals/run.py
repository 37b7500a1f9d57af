"""From a number of people to the seconds that a usual way takes: prints `seconds` for one way.

`python -m benchmarks.rivals.run WAY PEOPLE`; WAY is post_office, post_office_best, chunks or tasks.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable

import django
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.rivals.settings")
BODY = "Szanowni Państwo, jutro w godz. 8–14 nie będzie wody na ul. Sportowej. " * 14
HTML = f"<html><body><p>{BODY}</p></body></html>"
PATIENCE = 900.0


def addresses(people: int) -> list[str]:
    return [f"osoba{number}@przyklad.example" for number in range(people)]


def wait(done: Callable[[], bool], workers: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end or any(worker.poll() is not None for worker in workers):
            raise RuntimeError("the rival did not finish")
        time.sleep(0.02)


def with_celery(people: int, chunk: int) -> float:
    from benchmarks.rivals.models import Mail
    from benchmarks.rivals.tasks import app, send_chunk, send_one

    mails = [Mail(address=a, subject="Przerwa", body=BODY, html=HTML) for a in addresses(people)]
    pks = [mail.pk for mail in Mail.objects.bulk_create(mails, batch_size=2000)]
    app.control.purge()
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.rivals.celery_app", "worker"]
    command += ["--concurrency", "2", "--prefetch-multiplier", "4", "--loglevel", "ERROR"]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait(lambda: bool(app.control.ping(timeout=0.5)), [worker])
        started = time.perf_counter()
        if chunk == 1:
            for pk in pks:
                send_one.delay(pk)
        else:
            for start in range(0, people, chunk):
                send_chunk.delay(pks[start : start + chunk])
        wait(lambda: not Mail.objects.filter(state="queued").exists(), [worker])
        return time.perf_counter() - started
    finally:
        worker.terminate()
        worker.wait(30)


def with_post_office(people: int, processes: int) -> float:
    from post_office import mail
    from post_office.models import Email

    for start in range(0, people, 1000):
        mail.send_many(
            [
                {
                    "sender": "icp@zazolcin.example",
                    "recipients": [address],
                    "subject": "Przerwa",
                    "message": BODY,
                    "html_message": HTML,
                }
                for address in addresses(people)[start : start + 1000]
            ]
        )
    started = time.perf_counter()
    # What the command send_queued_mail calls, without the start of a process.
    mail.send_queued_mail_until_done(processes=processes, log_level=0)
    seconds = time.perf_counter() - started
    if Email.objects.exclude(status=0).exists():
        raise RuntimeError("post_office left mails unsent")
    return seconds


WAYS: dict[str, Callable[[int], float]] = {
    "post_office": lambda people: with_post_office(people, 1),
    "post_office_best": lambda people: with_post_office(people, 2),
    "chunks": lambda people: with_celery(people, 500),
    "tasks": lambda people: with_celery(people, 1),
}


def main(way: str, people: int) -> None:
    django.setup()
    logging.disable()
    call_command("migrate", verbosity=0, run_syncdb=True)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rivals_mail, post_office_email CASCADE")
    print(WAYS[way](people), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
