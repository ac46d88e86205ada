0
9root.layer-0"_tf_keras_layer*{"class_name": Lambda}