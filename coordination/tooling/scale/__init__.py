"""Many made-up cases, for measuring: what a centre looks like after years. Never where real cases are kept."""
