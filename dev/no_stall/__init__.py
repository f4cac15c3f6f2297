"""The proof that nothing stalls: whose step each open state is, by when, and the way out."""
