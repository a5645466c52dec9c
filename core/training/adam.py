"""Adam as one fused operation per variable, where Keras runs a dozen small ones."""

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf


class Adam:
    """Adam with clipping of the gradient's norm and decoupled weight decay.

    Args:
        variables: What is learnt, as TensorFlow's variables.
        clip: Largest norm of all gradients together; 0 leaves them as they are.
        decay: Share of the weights that is taken off per step, times the learning rate.

    Source: Kingma and Ba (2015), arXiv 1412.6980; Loshchilov and Hutter (2019), arXiv 1711.05101.
    """

    BETAS = (0.9, 0.999)
    EPSILON = 1e-7

    def __init__(self, variables: Sequence[Any], clip: float, decay: float) -> None:
        self._learnt, self._clip, self._decay = list(variables), clip, decay
        self._moments = [
            (
                tf.Variable(tf.zeros_like(variable), trainable=False),
                tf.Variable(tf.zeros_like(variable), trainable=False),
            )
            for variable in variables
        ]
        self.steps = tf.Variable(0, dtype=tf.int64, trainable=False)

    @property
    def variables(self) -> list[Any]:
        """What has to be kept for going on: steps done and both moments of each variable."""
        return [self.steps, *(moment for pair in self._moments for moment in pair)]

    def apply(self, gradients: Sequence[Any], rate: Any) -> Any:
        """Take a step against the gradients and return their norm before it was clipped."""
        whole = [tf.convert_to_tensor(gradient) for gradient in gradients]
        norm = tf.linalg.global_norm(whole)
        if self._clip:
            whole, _ = tf.clip_by_global_norm(whole, self._clip, use_norm=norm)
        done = tf.cast(self.steps.assign_add(1), tf.float32)
        powers = [tf.exp(done * math.log(beta)) for beta in self.BETAS]
        for variable, (first, second), gradient in zip(self._learnt, self._moments, whole, strict=True):
            if self._decay:
                variable.assign_sub(variable * (self._decay * rate))
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=rate,
                beta1=self.BETAS[0],
                beta2=self.BETAS[1],
                epsilon=self.EPSILON,
                grad=gradient,
            )
        return norm
