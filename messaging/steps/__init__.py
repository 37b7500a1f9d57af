"""From a draft to a message that is approved, planned, sent, stopped, put right: what a person does to it."""
