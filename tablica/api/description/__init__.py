"""What the OpenAPI document says beyond what the views say by themselves."""
