"""Benchmarks of the product as served: PostgreSQL, gunicorn, real sessions, many generated cases."""
