"""Facilities and their categories: the registry itself."""
