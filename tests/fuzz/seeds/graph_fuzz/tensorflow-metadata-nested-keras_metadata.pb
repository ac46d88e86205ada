0
„root.layer-0"_tf_keras_sequential*\{"class_name": "Sequential", "config": {"layers": [{"config": {}, "class_name": "Lambda"}]}}