"""People who may write: sign-in, passwords, throttling."""
