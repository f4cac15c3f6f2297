"""Django's PostgreSQL backend, in which a server that falls silent does not keep a thread for ever."""
