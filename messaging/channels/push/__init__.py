"""The app: one hint for every device that a person holds it on."""
