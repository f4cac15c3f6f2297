"""The training system (培训环境): the same product on its own database, with a matter for each role.

Practice matters therefore never appear in real lists, figures or deadlines.
"""
