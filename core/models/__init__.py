"""Architectures: settings a user may choose, and the Keras model with probe ports that they build."""
