"""From end to end without a browser: web, worker, broker and database as separate processes."""
