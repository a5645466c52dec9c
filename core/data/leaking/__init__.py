"""The leak guard: what training and test samples share that they must not share."""
