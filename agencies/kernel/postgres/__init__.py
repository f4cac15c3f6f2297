"""Django's PostgreSQL backend with a client-side timeout, so that a silent server does not block a thread forever."""
