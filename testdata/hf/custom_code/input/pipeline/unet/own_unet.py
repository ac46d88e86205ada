class OwnUNet:
    pass
