"""From Twilio Voice to a registered call: the notice first, a recording after it, nothing left at the source."""
