0
}root.layer-0"_tf_keras_layer*Z{"name": "l", "class_name": "Lambda", "config": {"function": {"class_name": "__tuple__"}}}