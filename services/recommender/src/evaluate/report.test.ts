import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, removeDataFolders } from "./fixtures/data-folder.js";
import { UsageError } from "./options.js";
import { Report, ReportError } from "./report.js";

afterAll(removeDataFolders);

describe("Report", () => {
  it("leaves no trace of having found out that it can be written", async () => {
    const folder = join(dataFolder({}), "new");
    await Report.prepare(folder, "evaluation");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps an earlier report until there is another", async () => {
    const folder = dataFolder({ "evaluation.json": "old figures", "evaluation.html": "old page" });
    const report = await Report.prepare(folder, "evaluation");
    expect(readFileSync(report.figures, "utf8")).toBe("old figures");
    expect(readFileSync(report.page, "utf8")).toBe("old page");
    await report.write({ hit: 1 }, "new page");
    expect(JSON.parse(readFileSync(report.figures, "utf8"))).toEqual({ hit: 1 });
    expect(readFileSync(report.page, "utf8")).toBe("new page");
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each(["evaluation.json", "evaluation.html"])("is refused where %s is a folder", async (name) => {
    const folder = dataFolder({});
    mkdirSync(join(folder, name));
    const prepared = Report.prepare(folder, "evaluation");
    await expect(prepared).rejects.toThrow(
      new UsageError(`--out: ${join(folder, name)} is there, and is no file`),
    );
  });

  it.each(["/proc", "/proc/craic/report"])(
    "is refused at %s, where nothing can be written",
    async (folder) => {
      await expect(Report.prepare(folder, "evaluation")).rejects.toThrow(/^--out: E.*'\/proc/);
    },
  );

  it("says which option a file system means that refuses it in the end", async () => {
    const folder = join(dataFolder({}), "new");
    const report = await Report.prepare(folder, "evaluation");
    rmSync(folder, { recursive: true });
    const written = report.write({}, "");
    await expect(written).rejects.toThrow(ReportError);
    await expect(written).rejects.toThrow(/^--out: ENOENT: /);
  });
});
