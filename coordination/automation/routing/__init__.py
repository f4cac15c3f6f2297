"""Routing rules (分派规则): to which unit and whom a thing goes that arrives at an agency, and why."""
