"""What follows when an integration's data change: feeds, the mirror, detection, the event log, follow-ups, actions."""
