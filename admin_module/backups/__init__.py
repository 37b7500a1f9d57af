"""From a running ICP to a folder that it can be made from again, and back."""

from .making import make
from .manifest import BadBackup, Manifest, problems
from .restoring import Restored, restore

__all__ = ["BadBackup", "Manifest", "Restored", "make", "problems", "restore"]
