"""From an address, a phone, a box, a device to whether and how it may be written to."""
