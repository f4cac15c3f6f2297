"""Records what each person sees in the demonstration, and compares two recordings."""
