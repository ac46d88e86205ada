-W
"serve*2.21.0D

reluRelu0
.

__inference__traced_save_7
n	WriteFile"