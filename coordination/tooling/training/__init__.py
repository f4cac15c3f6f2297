"""The training system (培训环境): the same product upon a database of its own, with a matter for each role.

Nothing of it can slip into a list, a figure or a deadline of anybody, because none of it is there.
"""
