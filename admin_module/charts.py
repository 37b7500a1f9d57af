"""From numbers to the bars of a chart: pixels from the top, but percent across, so that words keep their size.

`components/bar_chart.html` draws them.
"""

from dataclasses import dataclass

TOP, BOTTOM = 16, 176
LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    tone: str  # the class `tone-…` of the colour: a kind of contact, "ok", "warn"
    x: str  # percent
    width: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Scale:
    """`top` is the number at the top line."""

    top: int

    @classmethod
    def up_to(cls, highest: int) -> "Scale":
        return cls(round_up(highest))

    @property
    def lines(self) -> list[tuple[float, int]]:
        """Where a line goes, and the number it stands for."""
        numbers = [self.top * n // LINES for n in range(LINES + 1)]
        return [(self.down(number), number) for number in numbers]

    def down(self, number: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * number / self.top, 1)

    def bar(self, tone: str, x: float, width: float, number: int, under: int = 0) -> Bar:
        """`number` high, on top of what stands `under` it."""
        y, foot = self.down(under + number), self.down(under)
        return Bar(tone, f"{x:.2f}%", f"{width:.2f}%", y, foot - y)


def middle(place: int, of: int) -> str:
    """The middle of one of so many equal columns."""
    return f"{100 / of * (place + 0.5):.2f}%"


def round_up(number: int) -> int:
    """The next of 4, 8, 20, 40, 80, 200…: a quarter of it is a whole number."""
    step = 4
    while step < number:
        for factor in (2, 5, 10):
            if step * factor >= number:
                return step * factor
        step *= 10
    return step
