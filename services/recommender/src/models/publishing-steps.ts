/** What publishing a model goes through, in order: for tests that end the process after each. */
export const publishingSteps = [
  "directory made",
  "model written",
  "manifest written",
  "renamed",
  "channels written",
  "channels renamed",
] as const;

export type PublishingStep = (typeof publishingSteps)[number];
