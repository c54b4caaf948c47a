"""The templates and data that every engine renders."""
