"""From a text and its variant to what a translator may have left out."""

import pytest

from messaging.models import MessageText
from messaging.texts.lacking import lacks

pytestmark = pytest.mark.dry


@pytest.mark.parametrize(
    ("polish", "variant", "missing"),
    [
        ("Jutro od 8 do 12", "Завтра з 8 до 12", []),
        ("Jutro od 8 do 12", "Завтра з 8", ["12"]),
        ("12.03.2026, godz. 7.00", "12 March 2026, 7 am", []),
        ("12.03.2026", "March 2026", ["12.03.2026"]),
        ("o 19:30", "at 7:30 pm", []),
        ("o 19:30", "at 7 pm", ["19:30"]),
        ("Cześć, {imie}, {ulica}", "Hi, {imie}", ["{ulica}"]),
        ("https://miasto.example/woda.", "see https://miasto.example/woda", []),
        ("https://miasto.example/woda", "see the page", ["https://miasto.example/woda"]),
        ("ul. Sportowa 12A", "Sportowa 12A", []),
        ("bez liczb", "no numbers", []),
    ],
)
def test_dates_hours_links_and_names(polish: str, variant: str, missing: list[str]) -> None:
    assert lacks(MessageText(long=polish), MessageText(long=variant)) == missing


def test_a_part_that_nobody_wrote_lacks_nothing_because_it_comes_in_polish() -> None:
    polish = MessageText(title="Woda 12.03", short="O 7 {imie}", long="Od 8")
    assert lacks(polish, MessageText(long="From 8")) == []
