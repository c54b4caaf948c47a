"""Any GraphQL API, described in dovetail.toml by its queries (docs/graphql.md)."""
