"""A process with Keras in it: says that it is ready, and waits until it is ended."""

import sys

import keras

if __name__ == "__main__":
    print(keras.__version__, flush=True)
    sys.stdin.read()
