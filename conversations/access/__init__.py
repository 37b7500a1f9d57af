"""The procedure by which somebody hears or reads their own conversation (order 308/18, § 4)."""
