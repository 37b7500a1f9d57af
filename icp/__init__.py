"""The project: settings, addresses, processes; and the layer that seals personal data."""

__version__ = "0.1.0"
