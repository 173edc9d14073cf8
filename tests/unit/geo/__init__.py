"""Tests of the pure geography: no application, no database."""
