import { readFileSync } from "node:fs";
import { join } from "node:path";
import { smallProcess } from "@craic/runtime/small-process.js";

const read = (path: string) => readFileSync(join(__dirname, "../..", path), "utf8");

describe("the flags that Node is started with", () => {
  it("are the same for npm start and for the image", () => {
    expect(read("services/all/start.sh")).toContain(`/node ${smallProcess.flags.join(" ")} dist/craic.mjs`);
    const inImage = ["/usr/local/bin/node", ...smallProcess.flags].map((part) => JSON.stringify(part));
    expect(read("services/Dockerfile")).toContain(`ENTRYPOINT [${inImage.join(", ")}]`);
  });
});
