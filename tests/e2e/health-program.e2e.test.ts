import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { distFolder } from "../fixtures/running-craic.js";

function health(args: readonly string[], environment: Record<string, string> = {}) {
  const program = join(distFolder, "health.mjs");
  return spawnSync(process.execPath, [program, ...args], { env: environment, encoding: "utf8" });
}

describe("the program that containers are probed with", () => {
  it("tells how it is used", () => {
    const { status, stdout } = health(["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: health.mjs");
  });

  it("refuses arguments that it does not know", () => {
    expect(health(["--quick"]).status).toBe(64);
  });

  it("fails, and says why, where nothing listens", () => {
    const { status, stderr } = health([], { CRAIC_GRPC_PORT: "1" });
    expect(status).toBe(1);
    expect(stderr).toContain("not healthy: connect ECONNREFUSED");
  });

  it("names the settings that need attention", () => {
    const { status, stderr } = health([], { CRAIC_GRPC_PORT: "grpc" });
    expect(status).toBe(78);
    expect(stderr).toContain('CRAIC_GRPC_PORT is "grpc"');
  });
});
