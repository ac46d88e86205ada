0
Hroot.layer-0"_tf_keras_layer*%{"class_name": "keras.layers>Lambda"}