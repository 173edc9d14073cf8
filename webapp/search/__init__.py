"""The search box: misspelt words, and suggestions ranked by likeness and nearness."""
