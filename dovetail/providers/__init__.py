"""Integration data: everything that talks with the outside."""
