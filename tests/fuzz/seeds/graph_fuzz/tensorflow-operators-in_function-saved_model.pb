-L
"serve*2.21.09

reluRelu%
#

__inference_call_7
nPyFunc"