assay: m: cannot open: No such file or directory
