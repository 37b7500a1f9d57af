"""Any order of enrolling, pairing, unpairing, changing tokens and removing: exactly live paired tokens
see the person, and the contact point "the app" is there for exactly those who have such a device."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from messaging.channels import targets
from recipients.contacts import devices, verification
from recipients.models import ContactPoint, Device, Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db
PEOPLE = 2
some = st.integers(min_value=0, max_value=50)
whose = st.integers(min_value=0, max_value=PEOPLE - 1)


class Holders(RuleBasedStateMachine):
    """What should be: by each token that was ever given out, whose messages it shows (None: it is a
    live device of nobody); tokens that were given up are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.people = [make.recipient(kinds=("email",)) for _number in range(PEOPLE)]
        self.given: list[str] = []
        self.live: dict[str, Recipient | None] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def _pick(self, number: int) -> tuple[str, Device | None]:
        if not self.given:
            return "", None
        token = self.given[number % len(self.given)]
        return token, devices.of_token(token)

    def _same(self, device: Device) -> list[str]:
        return [token for token in self.live if device.uid.hex in token]

    @rule()
    def enroll(self) -> None:
        _device, token = devices.enroll(platform="web")
        self.given.append(token)
        self.live[token] = None

    @rule(number=some, person=whose)
    def pair(self, number: int, person: int) -> None:
        token, device = self._pick(number)
        if device is None:
            return
        owner = self.people[person]
        row = ValidationCode.objects.create(
            recipient=owner,
            created_at=owner.registered_at,
            posted_at=owner.registered_at,
            digest=verification._digest("ABCDEFGH12"),
            expires_at=owner.registered_at.replace(year=2099),
        )
        if self.live[token] is not None:
            with pytest.raises(devices.AlreadyPaired):
                devices.pair(device, "ABCDE-FGH12")
        else:
            assert devices.pair(device, "ABCDE-FGH12") == owner
            self.live |= dict.fromkeys(self._same(device), owner)
        row.delete()

    @rule(number=some)
    def unpair(self, number: int) -> None:
        _token, device = self._pick(number)
        if device is not None:
            devices.unpair(device)
            self.live |= dict.fromkeys(self._same(device), None)

    @rule(number=some)
    def rotate(self, number: int) -> None:
        token, device = self._pick(number)
        if device is None:
            return
        new, _until = devices.rotate(device)
        # Both that was shown and the new one; what another answer brought meanwhile is worth nothing.
        owner = self.live[token]
        for old in self._same(device):
            if old != token:
                del self.live[old]
        self.given.append(new)
        self.live[new] = owner

    @rule(number=some)
    def remove(self, number: int) -> None:
        _token, device = self._pick(number)
        if device is not None:
            devices.remove(device)
            for token in self._same(device):
                del self.live[token]

    @rule(number=some, name=st.sampled_from("ab"))
    def push(self, number: int, name: str) -> None:
        _token, device = self._pick(number)
        if device is not None:
            devices.register_push(device, targets.fcm(name))

    @rule(person=whose, name=st.sampled_from("ab"))
    def dead(self, person: int, name: str) -> None:
        devices.drop_dead({self.people[person].pk: [f"fcm:{name}"]})

    @invariant()
    def exactly_live_paired_tokens_see_the_person(self) -> None:
        for token in self.given:
            device = devices.of_token(token)
            assert (device is not None) == (token in self.live), token
            if device is not None:
                assert device.recipient == self.live[token]

    @invariant()
    def the_app_says_whom_to_hint_at(self) -> None:
        for person in self.people:
            point = ContactPoint.objects.filter(recipient=person, kind="push").first()
            theirs = Device.objects.filter(recipient=person, revoked_at=None)
            assert (point is not None) == theirs.exists()
            if point is not None:
                wanted = {row.push for row in theirs if row.push} | {f"app:{person.uid.hex}"}
                assert set(point.value.split("\n")) == wanted


def test_exactly_live_paired_tokens_see_the_person(monkeypatch: Any) -> None:
    monkeypatch.setattr(verification, "ANSWER_AFTER", 0.0)
    run_state_machine_as_test(
        Holders,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
