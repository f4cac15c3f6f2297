"""Generates many cases for measurements: a centre after years of use. Never where real cases are kept."""
