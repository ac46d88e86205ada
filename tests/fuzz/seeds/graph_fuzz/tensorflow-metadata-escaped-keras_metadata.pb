0
Eroot.layer-0"_tf_keras_layer*"{"class_\u006eame": "L\u0061mbda"}