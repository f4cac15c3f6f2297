"""Background work (后台作业): a row with its progress, and a worker that continues it."""
