"""Templates of the report: one for HTML with its sheet, one for typst."""
