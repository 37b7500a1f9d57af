"""Ordinary ways to send the same mail, each as its documentation shows it."""
