"""The engine, geometry columns, transactions, the private cluster and the doctor."""
