"""The project: settings, addresses, processes; and the layer that seals personal data."""
