"""Transforms of training series: one file each."""
