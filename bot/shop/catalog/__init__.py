"""The goods that are on sale, and their file in use."""
