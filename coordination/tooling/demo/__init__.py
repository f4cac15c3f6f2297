"""The demonstration: published cases and invented ones, worked forward by the actions that officers use."""
