-
"serve*2.21.0	

ìrelu