"""Six months, holds, and the end for good (order 308/18, § 6)."""
