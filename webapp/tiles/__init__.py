"""The map as vector tiles, for any program that draws maps."""
