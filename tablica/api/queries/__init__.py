"""What the API gives out, fetched together: as many queries for 200 things as for one."""
