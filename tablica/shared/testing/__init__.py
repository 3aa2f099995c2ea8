"""What the tests stand on: data folders, a PostgreSQL, a browser, a real server. No domain."""
