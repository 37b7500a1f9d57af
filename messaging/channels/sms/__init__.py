"""SMS: from an envelope to one of the providers that the office has an account at."""

from messaging.channels.sms.codes import OWN_CODES
from messaging.channels.sms.smsapi import SmsApiChannel
from messaging.channels.sms.smsapi_codes import CODES as SMSAPI_CODES
from messaging.channels.sms.twilio import TwilioChannel
from messaging.channels.sms.twilio_codes import CODES as TWILIO_CODES

PROVIDERS = {"twilio": TwilioChannel, "smsapi": SmsApiChannel}
CODES = {**OWN_CODES, **TWILIO_CODES, **SMSAPI_CODES}

__all__ = ["CODES", "PROVIDERS", "SmsApiChannel", "TwilioChannel"]
