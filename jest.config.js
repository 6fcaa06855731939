/** Unit tests lie beside their source; tests/ holds those of the whole. Fast ones run first. */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/services", "<rootDir>/tests"],
  testMatch: ["**/*.test.ts", "**/*.test.tsx"],
  transform: {
    "\\.[jt]sx?$": [
      "@swc/jest",
      {
        jsc: { target: "es2024", parser: { syntax: "typescript", tsx: true } },
        module: { type: "commonjs" },
      },
    ],
  },
  // Published as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(jose)/)"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  testSequencer: "<rootDir>/tests/fixtures/fast-first.mjs",
  globalSetup: "<rootDir>/tests/fixtures/global-setup.ts",
  globalTeardown: "<rootDir>/tests/fixtures/global-teardown.ts",
  testTimeout: 30_000,
  // The machine has two cores, and MariaDB wants its share.
  maxWorkers: 2,
};
