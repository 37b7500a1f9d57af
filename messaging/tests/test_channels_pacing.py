"""The token bucket and the width that yields."""

import threading
import time

from messaging.channels.pacing import Pacer


def test_no_limit_never_waits() -> None:
    pacer = Pacer(rate=0, width=1)
    assert [pacer.token() for _ in range(1000)] == [0.0] * 1000


def test_the_bucket_refills_at_the_rate() -> None:
    pacer = Pacer(rate=100, width=1)
    begun, taken = time.monotonic(), 0
    while time.monotonic() - begun < 0.5:
        wait = pacer.token()
        taken += not wait
        time.sleep(wait)
    assert 45 <= taken <= 62  # fifty, and the ten of the first burst


def test_places_are_limited_and_given_back() -> None:
    pacer = Pacer(rate=0, width=2)
    assert [pacer.enter(), pacer.enter()] == [0.0, 0.0]
    assert pacer.enter() > 0
    pacer.leave()
    assert pacer.enter() == 0.0


def test_too_fast_halves_and_a_second_regains_one() -> None:
    pacer = Pacer(rate=0, width=16)
    pacer.slow_down()
    assert pacer.allowed == 8
    pacer.slow_down()
    assert pacer.allowed == 4
    for _ in range(10):
        pacer.slow_down()
    assert pacer.allowed == 1
    pacer._regained -= 5  # as if five seconds had passed
    assert pacer.allowed == 6
    pacer._regained -= 500
    assert pacer.allowed == 16


def test_threads_together_keep_within_the_width() -> None:
    pacer, inside, most = Pacer(rate=0, width=3), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            while wait := pacer.enter():
                time.sleep(wait)
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.001)
            with lock:
                inside -= 1
            pacer.leave()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
