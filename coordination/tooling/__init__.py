"""Commands of the product: preparation, training and maintenance."""
