"""Liveness and readiness for whoever watches the process."""
