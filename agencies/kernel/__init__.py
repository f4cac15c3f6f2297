"""The ground every noun stands on: actors, refusals, workflow tables, doors, paging. It has no rows of its own."""
