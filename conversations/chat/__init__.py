"""From a visitor's page to an agent's, over one log of events, and back."""
