-ô
"serve*2.21.0à

reluRelu

save/SaveV2SaveV2

save/RestoreV2	RestoreV2—
Z

__inference__traced_save_7
SaveV2SaveV2(
MergeV2CheckpointsMergeV2Checkpoints
9

__inference__traced_restore_8
	RestoreV2	RestoreV2"