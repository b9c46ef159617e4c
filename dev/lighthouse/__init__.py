"""What Lighthouse says of pages for readers."""
