"""How next year's figures come in: rows prepared to be filled in, and a workbook to type them into."""
