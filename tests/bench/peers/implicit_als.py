"""Trains implicit's ALS on the interactions in a file, and prints what it took as one line of JSON.

    implicit_als.py FILE USERS ITEMS FACTORS ITERATIONS SOLVER

FILE has 32-bit numbers: the users of all interactions, then their items.
"""

import json
import resource
import sys
import time

import numpy
import scipy.sparse
from implicit.als import AlternatingLeastSquares

path, users, items, factors, iterations, solver = sys.argv[1:]
user_of, item_of = numpy.fromfile(path, numpy.uint32).reshape(2, -1)
values = numpy.ones(len(user_of), numpy.float32)
interactions = scipy.sparse.csr_matrix((values, (user_of, item_of)), shape=(int(users), int(items)))
model = AlternatingLeastSquares(
    factors=int(factors),
    iterations=int(iterations),
    use_cg=solver == "conjugate-gradient",
    regularization=0.01,
    alpha=1.0,
    num_threads=2,
    random_state=1,
)
cpu, wall = time.process_time(), time.perf_counter()
model.fit(interactions, show_progress=False)
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - wall,
            "cpuSeconds": time.process_time() - cpu,
            "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
