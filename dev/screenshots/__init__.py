"""Pictures of all pages, and of every part of the style guide, in all sizes, schemes and languages."""
