"""From what changed about a person to what their devices are told, once and in order."""
