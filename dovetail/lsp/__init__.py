"""The language server: what editors ask of templates, answered from the tree, the schemas and live data."""
