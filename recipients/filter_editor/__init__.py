"""From conditions that somebody ticks and types to a filter: one editor for messages and groups."""

from .building import AudienceBuilder
from .picking import Editor, PeoplePicker
from .showing import Reach, reach

__all__ = ["AudienceBuilder", "Editor", "PeoplePicker", "Reach", "reach"]
