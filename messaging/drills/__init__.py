"""From an alarm that reaches no provider to how fast the town would be told."""
