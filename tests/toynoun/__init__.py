"""A noun of its own folder, which only `tests/coordination/test_resources.py` adds to the product."""
