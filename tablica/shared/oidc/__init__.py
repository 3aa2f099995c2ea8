"""Single sign-on by OpenID Connect: what this side asks, and what it believes."""
