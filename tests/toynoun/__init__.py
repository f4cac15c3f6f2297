"""A noun that only `tests/coordination/test_resources.py` adds to the product."""
