"""What the bridge does outside when an event matched: posts a webhook, sends a mail."""
