-ƒ
"serve*2.21.0X

reluReluD
B

__inference__initializer_7"
tInitializeTableFromTextFileV2"2
	
asset:0	words.txt