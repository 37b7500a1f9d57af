"""From a language to the words that visitors of the chat read, on the page and in its script.

They stand in three languages here and not in the catalogue, which is Polish: the office's own pages speak one.
"""

from . import en, pl, uk

LANGUAGES = {"pl": "Polski", "en": "English", "uk": "Українська"}
WORDS = {"pl": pl.WORDS, "en": en.WORDS, "uk": uk.WORDS}


def known(language: str) -> str:
    """The language itself where there are words in it, else Polish."""
    return language if language in WORDS else "pl"
