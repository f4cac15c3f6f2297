"""The backend of SQLite: Django's own, with the compiler of this product."""
