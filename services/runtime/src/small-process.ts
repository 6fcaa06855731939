/**
 * With what Node is started for a process whose work takes a minute and whose memory others need: a small young
 * generation that one thread clears, and a heap that grows by little at a time. They nearly halve the peak of a
 * training; docs/models.md tells more.
 */
export const smallProcess = {
  flags: ["--max-semi-space-size=4", "--heap-growing-percent=40", "--no-parallel-scavenge"],
  /** glibc then gives large blocks back as soon as they are freed. */
  environment: { MALLOC_TRIM_THRESHOLD_: "131072" },
} as const;
