"""What a person may agree to, what they agreed to, the paper it stands on."""

from .agreeing import (
    Consent,
    ConsentForm,
    ConsentText,
    FormSeries,
    NoScan,
    Topic,
    every_channel,
)
from .archive import Scan

__all__ = [
    "Consent",
    "ConsentForm",
    "ConsentText",
    "FormSeries",
    "NoScan",
    "Scan",
    "Topic",
    "every_channel",
]
