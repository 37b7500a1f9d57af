"""From a state to the word that stands for it in an address, and back."""

from reports.models import State

SLUGS = {
    State.ACCEPTED: "przyjmij",
    State.NEEDS_INFO: "dopytaj",
    State.SCHEDULED: "zaplanuj",
    State.IN_PROGRESS: "rozpocznij",
    State.FORWARDED: "przekaz",
    State.RESOLVED: "wykonane",
    State.REJECTED: "nie-podejmujemy",
    State.DUPLICATE: "powielone",
}
STATES = {slug: state for state, slug in SLUGS.items()}


class StateConverter:
    """States that the office moves reports to."""

    regex = "|".join(STATES)

    def to_python(self, value: str) -> State:
        return STATES[value]

    def to_url(self, value: str) -> str:
        return SLUGS[State(value)]
