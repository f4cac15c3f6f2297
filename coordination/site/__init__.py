"""Template tags, static files, formats and the language catalogue."""
