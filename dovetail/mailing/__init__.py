"""One template, very many recipients: reading them, rendering them together, writing the mails."""
