"""The sample shop and newsletter of `dovetail demo`: everything that a first look needs, on this computer only."""
