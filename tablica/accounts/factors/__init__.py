"""What somebody shows besides the password: codes of an app, recovery codes, passkeys."""
