"""What agencies do before goods leave: they guide exporters, check them, and stop goods."""
