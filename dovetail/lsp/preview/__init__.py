"""The mail beside the text: a local page that shows what is being written, as it will be received."""
