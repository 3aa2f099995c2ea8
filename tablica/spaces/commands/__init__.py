"""Everything that changes what people decide in spaces."""
