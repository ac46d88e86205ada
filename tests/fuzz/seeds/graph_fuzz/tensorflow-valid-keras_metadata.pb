0
Qroot.layer-0"_tf_keras_layer*.{"name": "Lambda", "class_name": "TFOpLambda"}