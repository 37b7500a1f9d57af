"""From letters and addresses to paper: window envelopes, covers, labels."""
