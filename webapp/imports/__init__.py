"""Bringing whole lists in."""
