"""Measuring the product as it is served: PostgreSQL, gunicorn, real sessions, many made-up cases."""
