"""The map page and the one function that answers every view of it."""
