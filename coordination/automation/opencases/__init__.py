"""The open cases with which an agency starts: sheets of its case register, taken through the actions of the product."""
