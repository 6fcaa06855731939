import base from "../../jest.config.js";

/** Tests that build the image, and need to be root and tools to build with: `npm run test:image`. */
export default {
  ...base,
  rootDir: "../..",
  roots: ["<rootDir>/tests/image"],
  testMatch: ["**/*.image.ts"],
  globalSetup: undefined,
  globalTeardown: undefined,
  testSequencer: undefined,
  // Another processor is emulated, ten times as slow.
  testTimeout: 1_800_000,
  maxWorkers: 1,
};
