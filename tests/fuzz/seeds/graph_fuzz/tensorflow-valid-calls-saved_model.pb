-J
"serve*2.21.07

reluRelu
	
cmine


mine
reluRelu"