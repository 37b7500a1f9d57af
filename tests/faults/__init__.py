"""Whole-system faults: real processes and sockets, and something that goes away."""
