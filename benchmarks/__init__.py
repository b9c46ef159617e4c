"""`make bench`: what the product costs, as ratios to the least that the same machine could do."""
