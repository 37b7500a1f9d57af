"""From what comes back (news of providers, returned mails, STOP) to the receipts inbox and to consents."""
