"""Finds each user's nearest others by scikit-learn, and prints what it took as one line of JSON.

    scikit_nearest_users.py FILE USERS ITEMS NEIGHBOURS

FILE has 32-bit numbers: the users of all interactions, then their items.
"""

import json
import resource
import sys
import time

import numpy
import scipy.sparse
from sklearn.neighbors import NearestNeighbors

path, users, items, neighbours = sys.argv[1:]
user_of, item_of = numpy.fromfile(path, numpy.uint32).reshape(2, -1)
values = numpy.ones(len(user_of), numpy.float32)
interactions = scipy.sparse.csr_matrix((values, (user_of, item_of)), shape=(int(users), int(items)))
cpu, wall = time.process_time(), time.perf_counter()
# One more than asked for: the nearest is the user.
model = NearestNeighbors(n_neighbors=int(neighbours) + 1, metric="cosine", algorithm="brute", n_jobs=2)
model.fit(interactions).kneighbors(interactions)
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - wall,
            "cpuSeconds": time.process_time() - cpu,
            "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
