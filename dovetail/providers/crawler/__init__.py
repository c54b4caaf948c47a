"""The pages of a website as data: what their sitemap, meta tags and JSON-LD say (docs/crawler.md)."""
