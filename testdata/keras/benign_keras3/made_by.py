#!/usr/bin/env python3
"""Makes the files of this case: keras 3.15.1 with the backend "jax", jax 0.10.2, h5py 3.16.0.

Writes into input/, beside this file."""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import keras
from keras import layers

HERE = pathlib.Path(__file__).parent / "input"


def sequential():
    return keras.Sequential([
        keras.Input((8,)),
        layers.Dense(4, activation="relu", kernel_regularizer="l2"),
        layers.Dropout(0.5),
        layers.Dense(2, activation=keras.activations.softmax, kernel_initializer="he_normal"),
    ])


def functional():
    image = keras.Input((8, 8, 3), name="image")
    x = layers.RandomFlip()(image)
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Conv2D(4, 3, padding="same", dtype="mixed_float16")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("gelu")(x)
    x = x + 1.0
    x = layers.GlobalAveragePooling2D()(x)
    side = keras.Input((4,), name="side")
    x = layers.Concatenate()([x, side])
    out = layers.Dense(3, kernel_constraint=keras.constraints.MaxNorm(2))(x)
    return keras.Model([image, side], [out, layers.Softmax()(out)])


def text():
    return keras.Sequential([
        keras.Input((6,), dtype="int32"),
        layers.Embedding(10, 4, mask_zero=True),
        layers.Bidirectional(layers.LSTM(3)),
        layers.Dense(1, activation="sigmoid"),
    ])


def main():
    HERE.mkdir(exist_ok=True)
    keras.utils.set_random_seed(1)
    for make in (sequential, functional, text):
        model = make()
        model.compile(optimizer=keras.optimizers.Adam(1e-3),
                      loss=keras.losses.MeanSquaredError(), metrics=["mae"])
        model.save(HERE / f"{make.__name__}.keras")
        model.save(HERE / f"{make.__name__}.h5")
        model.save_weights(HERE / f"{make.__name__}.weights.h5")


if __name__ == "__main__":
    main()
