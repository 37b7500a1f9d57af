"""From parts of ICP that call their neighbours above to the rooms that answer: once, at the start."""


def tie() -> None:
    """May run twice."""
