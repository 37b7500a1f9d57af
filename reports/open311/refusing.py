"""From what is wrong with a request of a program to GeoReport's list of errors."""

from collections.abc import Iterable


class Refused(Exception):
    """`status` is the HTTP code; `said` one sentence for each thing that is wrong."""

    def __init__(self, status: int, *said: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.said = [str(words) for words in said]
        self.headers = headers or {}

    @property
    def errors(self) -> list[dict[str, object]]:
        return [{"code": self.status, "description": words} for words in self.said]


def all_of(status: int, said: Iterable[object]) -> Refused:
    return Refused(status, *said)
