/**
 * With what Node is started where others need the memory: a small young generation that one thread clears, a heap
 * that grows by little at a time, and one thread beside the main one: with four, V8's marking takes the cores from the
 * calls for a fifth of a second. In so small a young generation, what a call under way holds looks as if it were there to
 * stay, so nothing is allocated as old on that ground. All of these nearly halve the peak of a training;
 * docs/performance.md and docs/models.md tell more. start.sh and the image's entry point have the same flags.
 */
export const smallProcess = {
  flags: [
    "--max-semi-space-size=4",
    "--heap-growing-percent=40",
    "--no-parallel-scavenge",
    "--v8-pool-size=1",
    "--no-allocation-site-pretenuring",
  ],
  /** glibc then gives large blocks back as soon as they are freed. */
  environment: { MALLOC_TRIM_THRESHOLD_: "131072" },
} as const;
