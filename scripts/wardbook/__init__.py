"""A ward's results as an open book: a straight pipeline from a data package to a public site.

bytes -> check -> load -> derive -> render -> sync -> MkDocs. Each module is one noun; imports point one way, and only
`package`, `tree` and `site` touch the disk.
"""
