"""From deliveries that moved to figures, ends and hints, in the same transaction; everything above counts here."""
