"""The REST endpoints of leads, walk-ins and lead sources."""
