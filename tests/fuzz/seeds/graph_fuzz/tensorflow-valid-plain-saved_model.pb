-?
"serve*2.21.0,

reluRelu


mine
reluRelu"