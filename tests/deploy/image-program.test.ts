import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** On this PATH there is nothing to build with, so nothing is built. */
function node(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { PATH: "/nonexistent" },
    encoding: "utf8",
  });
}

describe("npm run image", () => {
  const image = (...args: string[]) => node("services/all/image.mjs", ...args);

  it("tells how it is used", () => {
    const { status, stdout } = image("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("--platform LIST");
  });

  it.each([
    ["--size=small", "--size"],
    ["--platform=linux/riscv64", 'has "linux/riscv64"'],
    ["--tool=kaniko", '"kaniko", not one of buildah, podman, docker'],
  ])("refuses %s, and says why", (option, why) => {
    const { status, stderr } = image(option);
    expect(status).toBe(64);
    expect(stderr).toContain(why);
  });

  it("says that there is nothing to build with", () => {
    const { status, stderr } = image();
    expect(status).toBe(69);
    expect(stderr).toBe("image: none of buildah, podman, docker works here\n");
  });
});

describe("npm run test:image", () => {
  const test = (...args: string[]) => node("tests/image/run.mjs", ...args);

  it("fails where something is missing, and says what", () => {
    const { status, stderr } = test();
    expect(status).toBe(69);
    expect(stderr).toMatch(/^THE IMAGE IS NOT TESTED HERE: .*buildah, podman or docker.* missing$/m);
  });

  it("says so and succeeds where it was asked to try only", () => {
    const { status, stderr } = test("--if-possible");
    expect(status).toBe(0);
    expect(stderr).toContain("THE IMAGE IS NOT TESTED HERE");
  });

  it("tells how it is used", () => {
    expect(test("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--if-possible") });
    expect(test("--quick").status).toBe(64);
  });
});
