"""An app that reads: what it keeps after it asked for changes, as the residents' app does."""

from typing import Any

from django.test import Client
from django.utils import timezone

from recipients.contacts import devices
from recipients.models import Device, Recipient


class Phone:
    """A device with its token, and what it keeps: by (kind, id) the data of the last change."""

    def __init__(self, person: Recipient | None = None) -> None:
        self.device, self.token = devices.enroll(platform="web")
        self.http = Client()
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        self.cursor = ""
        self.repeated: list[tuple[str, int]] = []
        self.seen: set[tuple[str, int]] = set()
        if person is not None:
            self.pair(person)

    def pair(self, person: Recipient | None) -> None:
        """As after a code was entered, without its letters; None unpairs."""
        row = Device.objects.get(pk=self.device.pk)
        row.recipient, row.paired_at = person, timezone.now() if person else None
        row.save(update_fields=["recipient", "paired_at"])
        if person is not None:
            devices.keep_address(person)

    def get(self, path: str, **headers: str) -> Any:
        headers["Authorization"] = f"Bearer {self.token}"
        return self.http.get(f"/api/v1/{path}", headers=headers)

    def post(self, path: str, data: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=headers
        )

    def sync(self, limit: int = 100) -> int:
        """Ask until there is no more; begins anew where it is told to. Returns how many changes."""
        changes = 0
        while True:
            asked = f"sync?limit={limit}" + (f"&cursor={self.cursor}" if self.cursor else "")
            answer = self.get(asked)
            if answer.status_code == 410:
                assert answer.json()["type"].endswith("/problems/cursor-expired")
                self.cursor, self.kept = "", {}
                self.seen.clear()
                continue
            assert answer.status_code == 200, answer.content
            said = answer.json()
            for one in said["changes"]:
                self._take(one)
            changes += len(said["changes"])
            self.cursor = said["cursor"]
            if not said["has_more"]:
                return changes

    def _take(self, one: dict[str, Any]) -> None:
        key = (one["kind"], one["id"])
        if (one["id"], one["rev"]) in self.seen:
            self.repeated.append((one["id"], one["rev"]))
        self.seen.add((one["id"], one["rev"]))
        if one["op"] == "delete":
            assert one["data"] is None
            self.kept.pop(key, None)
        else:
            self.kept[key] = one["data"]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        return {uid: data for (known, uid), data in self.kept.items() if known == kind}

    def titles(self, kind: str = "message") -> set[str]:
        return {data["title"] for data in self.of(kind).values()}
