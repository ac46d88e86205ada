# coding: utf-8
# Wrote the files in input/ (run it there). No test runs it.
# Python 2.7.18, numpy 1.16.6
import cPickle
import numpy as np
for protocol in (0, 1, 2):
    with open("arrays_p%d.pkl" % protocol, "wb") as file:
        cPickle.dump([np.arange(3.0), np.array([u"x"]), np.float32(2), np.dtype("i4")], file, protocol)
