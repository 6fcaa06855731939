/**
 * With what Node is started where others need the memory: a small young generation that one thread clears, and a heap
 * that grows by little at a time. They nearly halve the peak of a training; docs/performance.md and docs/models.md tell
 * more. start.sh and the image's entry point have the same flags.
 */
export const smallProcess = {
  flags: ["--max-semi-space-size=4", "--heap-growing-percent=40", "--no-parallel-scavenge"],
  /** glibc then gives large blocks back as soon as they are freed. */
  environment: { MALLOC_TRIM_THRESHOLD_: "131072" },
} as const;
