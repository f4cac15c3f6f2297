"""Routing rules (分派规则): to which unit and person an arriving item is assigned, and why."""
