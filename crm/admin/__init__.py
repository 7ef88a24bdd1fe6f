"""The Django admin: thin doors onto the services."""
