"""What is printed on a page: glyphs, rules, and the grids that rules make of them."""
