"""What developers need beside the product. The product never imports it, and production runs without it."""
