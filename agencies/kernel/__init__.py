"""Basics that every app uses: actors, errors, workflows, permissions and paging. This app has no tables."""
