"""From the settings of Twilio Voice, saved or only typed, to whether the account answers; nobody is called."""

from dataclasses import replace

from admin_module.configuration import VoiceGateway
from admin_module.gateway_checks import STEP_SECONDS, Tried
from icp import outbound
from messaging.channels.base import Outcome
from messaging.channels.codes import Meaning

from .provider import WORDS, SourceFault, Twilio

CODES = {code: Meaning(Outcome.REFUSED, words) for code, words in WORDS.items()}


def target(section: VoiceGateway) -> None:
    """Raise OutboundRefused where ICP must not connect to the address."""
    outbound.check_url(section.base_url)


def check(section: VoiceGateway) -> Tried:
    """Ask for the account, in the time that a page can wait."""
    quick = replace(section, timeout=min(section.timeout, STEP_SECONDS))
    try:
        return Tried(True, Twilio(quick).account())
    except SourceFault as fault:
        return Tried(False, str(WORDS[fault.code]), fault.code)
