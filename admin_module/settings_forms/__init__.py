"""From what an administrator types on a page of settings to a section that may be saved."""

from .base import SectionForm
from .pages import GROUPS, PAGES, SettingsPage

__all__ = ["GROUPS", "PAGES", "SectionForm", "SettingsPage"]
