"""What the kinds of integration that are described in settings share: tables of settings, collections, queries."""
