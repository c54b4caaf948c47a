"""Follow-ups: a trigger, a condition, and steps, in a file or an account."""
