"""Long work that leaves the request (后台作业): a row that says how far it is, and a worker that goes on with it."""
