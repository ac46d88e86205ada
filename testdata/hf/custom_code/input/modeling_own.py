class OwnModel:
    pass
