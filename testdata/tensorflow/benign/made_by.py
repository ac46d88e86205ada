"""Wrote input/, with TensorFlow 2.21.0: run in an empty folder, which input/ was copied from."""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tensorflow as tf

FLOATS = tf.TensorSpec([None, 2], tf.float32)


class Dense(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[1., 2.], [3., 4.]], name="w")
        self.b = tf.Variable([1., 2.], name="b")
        self.note = tf.Variable("text")

    @tf.function(input_signature=[FLOATS])
    def __call__(self, x):
        return tf.nn.relu(x @ self.w + self.b)


class Table(tf.Module):
    def __init__(self):
        with open("vocabulary.txt", "w") as out:
            out.write("cat\ndog\n")
        words = tf.lookup.TextFileInitializer("vocabulary.txt", tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
                                              tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER)
        self.table = tf.lookup.StaticVocabularyTable(words, 1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, x):
        return self.table.lookup(x)


tf.saved_model.save(Dense(), "module")
tf.saved_model.save(Table(), "table")
os.remove("vocabulary.txt")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(2)])
model.export("keras_export", verbose=False)
with tf.Graph().as_default() as frozen:
    tf.matmul(tf.compat.v1.placeholder(tf.float32, [None, 2], name="x"), tf.constant([[1., 2.], [3., 4.]]), name="y")
tf.io.write_graph(frozen.as_graph_def(), ".", "frozen.pb", as_text=False)
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    x = tf.compat.v1.placeholder(tf.float32, [None, 2], name="x")
    y = tf.matmul(x, tf.compat.v1.get_variable("w", [2, 2]))
    session.run(tf.compat.v1.global_variables_initializer())
    tf.compat.v1.saved_model.simple_save(session, "v1", {"x": x}, {"y": y})
    tf.compat.v1.train.Saver().save(session, "checkpoint_v1/model.ckpt")
