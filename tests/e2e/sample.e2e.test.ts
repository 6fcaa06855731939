import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { everyModule } from "../../services/all/src/modules.js";
import { distFolder, type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { createAuthority, writeIdentity } from "../wire/certificates.js";

const PREFIX = "spiffe://craic.local/ns/party/sa/craic-";
const authority = createAuthority("a mesh");
let folder: string;
let craic: RunningCraic;

/** Settings of somebody with a certificate for names. */
function identityOf(...names: string[]): Record<string, string> {
  const identity = authority.issue(names.map((name) => PREFIX + name));
  return writeIdentity(mkdtempSync(join(folder, "identity-")), identity, authority);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-sample-"));
  const identity = identityOf(...everyModule.map(({ name }) => name));
  craic = await startCraic({ environment: { CRAIC_CATALOGUE: "none", ...identity } });
}, 120_000);

afterAll(async () => {
  await craic.stop();
  rmSync(folder, { recursive: true });
});

/** What the chart's Job runs in mesh, as somebody. */
async function loadSample(name: string) {
  const services = ["DJS", "EVENTS", "RECOMMENDER", "VENUES"];
  const child = spawn(process.execPath, [join(distFolder, "operations.mjs"), "sample"], {
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(services.map((service) => [`CRAIC_${service}_ADDR`, craic.grpcAddress])),
      CRAIC_AUTH_KEY_FILE: join(craic.dataDirectory, "secrets", "signing-key.pem"),
      ...identityOf(name),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const status = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [log, complaint] = await Promise.all([text(child.stdout), buffer(child.stderr)]);
  return { status: await status, said: `${log}${complaint}` };
}

const visitor = () => createConnectTransport({ httpVersion: "1.1", baseUrl: craic.origin });

describe("operations sample", () => {
  it("says at once that another's certificate will not do", async () => {
    const { status, said } = await loadSample("gateway");
    expect(status).toBe(78);
    expect(said).toContain('CRAIC_TLS_CERT has no SPIFFE id that ends in "operator"');
  });

  it("fills services that want certificates, and has a first model trained of what the audience did", async () => {
    const { status, said } = await loadSample("operator");
    expect({ status, said }).toMatchObject({
      status: 0,
      said: expect.stringContaining("a first model ranks"),
    });
    const feeds = createClient(FeedService, visitor());
    const [{ city } = {}] = (await feeds.listCities({})).cities;
    const { items } = await feeds.getFeed({ cityId: city?.cityId });
    expect(items.length).toBeGreaterThan(0);
    const { model } = await createClient(RecommenderService, visitor()).getModelInfo({});
    expect(model?.version).toBe("1.0.0");
  }, 120_000);

  it("adds nothing when it is done again, and trains no second model", async () => {
    const { status, said } = await loadSample("operator");
    expect(status).toBe(0);
    expect(said).toContain('"recorded":0');
    expect(said).not.toMatch(/"created":[1-9]/);
    expect(said).not.toContain("model");
  }, 120_000);
});
