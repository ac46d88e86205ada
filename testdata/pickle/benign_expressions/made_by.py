# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2, sympy 1.11.1
import pickle
import sympy

x = sympy.Symbol("x")
several = x**2 + sympy.Abs(x) / 2 + sympy.Float(0.5) + sympy.sin(x)
for value, protocol in ((several + x, 4), (sympy.ImmutableMatrix([[1, x]]), 2), (sympy.MatrixSymbol("A", 2, 2), 4),
                        (sympy.Piecewise((x, x > 0), (1, True)), 4), (sympy.Poly(x**2 + 1), 4)):
    with open(f"sym_{type(value).__name__}_{protocol}.pkl", "wb") as file:
        pickle.dump(value, file, protocol)
