"""Reading what people decided in spaces."""
