"""What people agreed to, and the proof of it."""
