"""The demonstration: published and invented cases, advanced by the actions that officers use."""
