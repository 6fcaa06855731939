"""Learns EASE's weights by numpy in single precision, and prints what it took as one line of JSON.

    numpy_ease.py FILE USERS ITEMS LAMBDA

FILE has 32-bit numbers: the users of all interactions, then their items.
"""

import json
import os
import resource
import sys
import time

# All the work is in BLAS here; numpy reads this when it is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = "2"

import numpy
import scipy.sparse

path, users, items, penalty = sys.argv[1:]
user_of, item_of = numpy.fromfile(path, numpy.uint32).reshape(2, -1)
values = numpy.ones(len(user_of), numpy.float32)
interactions = scipy.sparse.csr_matrix((values, (user_of, item_of)), shape=(int(users), int(items)))
cpu, wall = time.process_time(), time.perf_counter()
gram = (interactions.T @ interactions).toarray()
gram[numpy.diag_indices_from(gram)] += float(penalty)
inverse = numpy.linalg.inv(gram)
weights = inverse / -numpy.diag(inverse)
numpy.fill_diagonal(weights, 0)
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - wall,
            "cpuSeconds": time.process_time() - cpu,
            "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
