"""Operations, counted by hand beside the count by layers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.recurrent.costs import operations


def model_of(shape, *stack):
    return keras.Sequential([keras.Input(shape), *stack])


def test_a_dense_layer_costs_two_for_each_weight():
    assert operations(model_of((5,), layers.Dense(3)), (5,)) == 2 * 5 * 3


def test_a_convolution_costs_its_kernel_at_every_place():
    model = model_of((8, 9, 2), layers.Conv2D(4, (3, 2), strides=2, padding="same"))
    assert operations(model, (8, 9, 2)) == 2 * (3 * 2 * 2 * 4) * (4 * 5)
    deep = model_of((6, 8, 9, 2), layers.Conv3D(4, (3, 2, 1), padding="valid"))
    assert operations(deep, (6, 8, 9, 2)) == 2 * (3 * 2 * 1 * 2 * 4) * (4 * 7 * 9)


def test_a_recurrence_costs_its_matrices_in_every_step():
    model = model_of((7, 5), layers.LSTM(3))
    assert operations(model, (7, 5)) == 7 * 2 * (5 * 12 + 3 * 12)
    both = model_of((7, 5), layers.Bidirectional(layers.SimpleRNN(3)))
    assert operations(both, (7, 5)) == 2 * 7 * 2 * (5 * 3 + 3 * 3)


@pytest.mark.parametrize("sequences", [False, True])
def test_a_convlstm_costs_its_kernels_at_every_place_in_every_step(sequences):
    layer = layers.ConvLSTM2D(3, 3, strides=2, padding="same", return_sequences=sequences)
    weights = 9 * 2 * 12 + 9 * 3 * 12
    assert operations(model_of((6, 8, 10, 2), layer), (6, 8, 10, 2)) == 2 * weights * 6 * (4 * 5)


def test_a_layer_per_frame_is_counted_once_per_frame():
    inner = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten()])
    model = model_of((5, 4, 4, 1), layers.TimeDistributed(inner))
    assert operations(model, (5, 4, 4, 1)) == 5 * 2 * 18 * 4


def test_a_model_that_loops_by_itself_is_counted_by_its_calls():
    class Loop(keras.Model):
        def __init__(self):
            super().__init__()
            self.front, self.cell = layers.Conv2D(2, 3), layers.GRUCell(4)

        def call(self, clips):
            state = keras.ops.zeros((clips.shape[0], 4))
            for t in range(clips.shape[1]):
                vector = keras.ops.reshape(self.front(clips[:, t]), (clips.shape[0], -1))
                _, [state] = self.cell(vector, [state])
            return state

    model = Loop()
    model(np.zeros((1, 3, 4, 4, 1)))
    assert operations(model, (3, 4, 4, 1)) == 3 * (2 * 18 * 4 + 2 * (8 * 12 + 4 * 12))


def test_counting_leaves_the_model_as_it_was():
    model = model_of((5,), layers.Dense(3), layers.Dropout(0.5), layers.ReLU())
    before = model(np.ones((2, 5)))
    operations(model, (5,))
    np.testing.assert_array_equal(model(np.ones((2, 5))), before)
    assert "call" not in vars(model.layers[0])


def test_what_cannot_be_counted_is_refused_by_name():
    odd = layers.EinsumDense("abc,cd->abd", (2, 3))
    model = model_of((5,), layers.Dense(4), layers.Reshape((2, 2)), odd)
    with pytest.raises(ValueError, match="EinsumDense"):
        operations(model, (5,))
