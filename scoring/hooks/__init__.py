"""What other systems send about orders: handlers of the inbox (crm/inbox/)."""
