import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** On this PATH there is nothing to build with, so nothing is built. */
function node(script: string, ...args: string[]) {
  return nodeOn("/nonexistent", script, ...args);
}

function nodeOn(path: string, script: string, ...args: string[]) {
  const env = { PATH: path };
  return spawnSync(process.execPath, [script, ...args], { cwd: ROOT, env, encoding: "utf8" });
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

  it.each(["buildah", "podman", "docker"])(
    "has %s give it the name by which clusters look for it",
    (tool) => {
      const folder = mkdtempSync(join(tmpdir(), "craic-tools-"));
      // Builds, and then cannot save.
      const fake = `#!/bin/sh\necho "$*" >>${folder}/asked\n[ "$1" = build ]\n`;
      writeFileSync(join(folder, tool), fake, { mode: 0o755 });
      const { status } = nodeOn(folder, "services/all/image.mjs", `--tool=${tool}`, "--tag=craic:0.1.0");
      const [build, save] = readFileSync(join(folder, "asked"), "utf8").split("\n");
      rmSync(folder, { recursive: true });
      expect(status).toBe(1);
      expect(build).toContain("--tag docker.io/library/craic:0.1.0");
      expect(save).toContain("docker.io/library/craic:0.1.0");
    },
  );

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
