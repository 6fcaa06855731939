import base from "../../jest.config.js";

/** Tests that need a cluster: one scenario after the other, each step on what the one before left. */
export default {
  ...base,
  rootDir: "../..",
  roots: ["<rootDir>/tests/cluster"],
  testMatch: ["**/*.cluster.ts"],
  globalSetup: undefined,
  globalTeardown: undefined,
  testSequencer: undefined,
  testTimeout: 600_000,
  maxWorkers: 1,
  bail: false,
};
