"""Joint visits: the noun that CONTRIBUTING describes, added to the product by `tests.visits.settings` only."""
