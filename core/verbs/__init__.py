"""The verbs of Heed as functions: `import core` gives them, the `heed` command calls them."""
