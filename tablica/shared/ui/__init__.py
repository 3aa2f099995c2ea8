"""Small pieces of screen that every room draws with: icons, faces, moments."""
