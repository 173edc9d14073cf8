"""What was known when, and who said so: the append-only revisions."""
