"""What the product costs, measured: README.md says how."""
