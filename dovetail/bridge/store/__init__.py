"""What the bridge keeps, in the accounts' database: cursor, mirror, events and tasks move in one transaction."""
