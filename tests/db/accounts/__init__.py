"""Tests of accounts: names, passwords, throttling, sessions, rules."""
