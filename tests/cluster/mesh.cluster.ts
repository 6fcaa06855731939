import { createClient } from "@connectrpc/connect";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import type { Caller } from "./caller.js";
import { measureHop } from "./hop.js";
import { eventually } from "./kubernetes.js";
import { podFigures } from "./pod-figures.js";
import { forwardPort } from "./port-forward.js";
import { programPod } from "./program-pod.js";
import { images, Release } from "./release.js";
import { printTable } from "./table.js";

// A Deployment per service, two replicas each, under 50 calls a second; each step goes on from the one before.

// The chart's own certificates, also where cert-manager is installed: they are renewed by its Job here.
const release = new Release("craic-test-mesh", { "mutualTls.issuer": "chart" });
const { cluster } = release;
const SERVICES = ["auth", "djs", "events", "experiments", "gateway", "recommender", "venues"];
const deployments = SERVICES.map((service) => `deployment/${release.name}-${service}`);
const nothingLost = { failed: {}, hanging: 0 };
let token: string;
let saved: string[];
let caller: Caller;

const allReady = async () => {
  for (const deployment of deployments)
    await cluster.kubectl("rollout", "status", deployment, "--timeout=3m");
};

/** What a program says that runs in a pod which the network takes for one of a component's. */
async function inPodOf(component: string, program: string): Promise<string> {
  const name = `probe-${component}`;
  await cluster.apply(
    programPod({
      ...{ name, image: images.craic, args: ["-e", program] },
      component: { release: release.name, name: component },
    }),
  );
  await cluster.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", `pod/${name}`, "--timeout=90s");
  const said = await cluster.kubectl("logs", name);
  await cluster.kubectl("delete", "pod", name, "--wait");
  return said.trim();
}

/** Says whether a connection to a port can be had, once the pod's address is known to all who allow connections. */
const connects = (host: string, port: number) => `setTimeout(() => {
  const socket = require("net").connect({ host: "${host}", port: ${port} });
  const end = (word) => { console.log(word); socket.destroy(); };
  socket.setTimeout(4000, () => end("refused"));
  socket.on("connect", () => end("connected")).on("error", (error) => end("refused"));
}, 3000)`;

/** @throws Error until a pod uses another certificate than the one that it started with */
async function hasReloaded(pod: string): Promise<void> {
  const program = `fetch("http://127.0.0.1:9464/metrics").then(async (answer) => console.log(await answer.text()))`;
  const metrics = await cluster.kubectl("exec", pod, "--", "/usr/local/bin/node", "-e", program);
  if (!/craic_tls_certificate_reloads_total\{[^}]*result="used"[^}]*\} [1-9]/.test(metrics))
    throw new Error(`${pod} uses the certificate that it started with`);
}

beforeAll(() => release.prepare());
afterAll(() => release.remove());

describe("Craic as a mesh", () => {
  it("grows out of one pod with all that is in it", async () => {
    await release.install();
    await release.trained();
    {
      await using visit = await release.visit();
      token = await visit.register();
      for (const { event } of (await visit.feed(token)).slice(0, 3))
        await visit.tell(token, "SAVE", event.eventId);
      saved = await visit.saved(token);
    }
    release.profile = "mesh";
    await release.upgrade({});
    await release.settled();
    await using visit = await release.visit();
    expect(saved).toHaveLength(3);
    expect(await visit.saved(token)).toEqual(saved);
    expect(await cluster.helm("test", release.name, "--logs", "--timeout", "3m")).toContain(
      "ok   a recommendation",
    );
  });

  it("answers programs over gRPC", async () => {
    await using way = await forwardPort(cluster, `service/${release.hostOf("gateway")}`, 50051);
    const transport = createGrpcTransport({ address: `127.0.0.1:${way.port}`, maxMessageBytes: 4_000_000 });
    const { cities } = await createClient(FeedService, transport).listCities({});
    transport.close();
    expect(cities.length).toBeGreaterThan(0);
  });

  it("trains, and gives the new model to every replica, without a failed call", async () => {
    caller = await release.startCaller(50);
    await using visit = await release.visit();
    const before = await visit.modelVersion();
    const fared = await caller.during(async () => {
      const said = await release.train();
      await eventually(async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => visit.modelVersion()));
        if (answers.includes(before)) throw new Error(`${before} still ranks; the trainer said:\n${said}`);
        expect(new Set(answers).size).toBe(1);
      }, 30_000);
    });
    expect(fared).toMatchObject(nothingLost);
  });

  it.each([
    ["a changed value", () => release.upgrade({ "settings.process.LOG_LEVEL": "warn" })],
    ["the release before", () => release.rollback()],
    ["a restart of all", () => cluster.kubectl("rollout", "restart", ...deployments)],
  ])("takes %s without a failed call", async (_what, change) => {
    const fared = await caller.during(async () => {
      await change();
      await allReady();
    });
    expect(fared).toMatchObject(nothingLost);
  });

  it("takes a changed image without a failed call", async () => {
    const other = process.env.CRAIC_OTHER_IMAGE ?? `${images.craic}-again`;
    const fared = await caller.during(() =>
      release.upgrade({ "image.tag": other.slice(other.lastIndexOf(":") + 1) }),
    );
    expect(fared).toMatchObject(nothingLost);
  });

  it.each(SERVICES)(
    "loses one of two replicas of %s without a failed call that may be made again",
    async (service) => {
      const fared = await caller.during(async () => {
        await release.kill((await release.podsOf(service))[0]!);
        await allReady();
      });
      expect(fared).toMatchObject(nothingLost);
    },
  );

  it("keeps a replica of each service while its node is drained, and calls go on", async () => {
    const { items } = await cluster.json<{ items: { metadata: { name: string } }[] }>("get", "nodes");
    const node = items[0]!.metadata.name;
    const selector = `--pod-selector=app.kubernetes.io/component in (${SERVICES})`;
    const drain = ["drain", node, selector, "--delete-emptydir-data", "--ignore-daemonsets", "--timeout=40s"];
    try {
      const fared = await caller.during(async () => {
        // With one node there is nowhere to go: the second replica's eviction is refused until the time is over.
        if (items.length === 1) await expect(cluster.kubectl(...drain)).rejects.toThrow("disruption budget");
        else await cluster.kubectl(...drain);
      });
      expect(fared).toMatchObject(nothingLost);
    } finally {
      await cluster.kubectl("uncordon", node);
    }
    await allReady();
  });

  it("refuses connections that no contract calls for", async () => {
    const recommender = `${release.name}-recommender-headless`;
    const database = `${release.name}-mariadb`;
    expect(await inPodOf("trainer", connects(recommender, 50051))).toBe("connected");
    expect(await inPodOf("test", connects(recommender, 50051))).toBe("refused");
    expect(await inPodOf("trainer", connects(database, 3306))).toBe("connected");
    expect(await inPodOf("test", connects(database, 3306))).toBe("refused");
  });

  it("refuses a pod without a certificate", async () => {
    const address = `https://${release.name}-recommender-headless:50051`;
    const program = `setTimeout(() => {
      const session = require("http2").connect("${address}", { rejectUnauthorized: false });
      const end = (word) => { console.log(word); process.exit(0); };
      session.on("error", (error) => end(error.code));
      const request = session.request({ ":method": "POST", ":path": "/grpc.health.v1.Health/Check", "content-type": "application/grpc" });
      request.on("response", () => end("answered")).on("error", (error) => end(error.code));
      request.end(Buffer.alloc(5));
    }, 3000)`;
    expect(await inPodOf("trainer", program)).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET/);
  });

  it("takes renewed certificates without a restart or a failed call", async () => {
    const selector = `app.kubernetes.io/component in (${SERVICES})`;
    const starts = () =>
      cluster.kubectl(
        ...["get", "pods", "--selector", selector, "--output"],
        "jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount}{'\\n'}{end}",
      );
    const before = await starts();
    const pods = before.trim().split("\n");
    const fared = await caller.during(async () => {
      for (const service of SERVICES) {
        const secret = `${release.name}-tls-${service}`;
        await cluster.kubectl(
          "patch",
          "secret",
          secret,
          "--patch",
          '{"data": {"tls.crt": null, "tls.key": null}}',
        );
      }
      await release.runNow("certificates");
      for (const pod of pods) await eventually(() => hasReloaded(pod.split(" ")[0]!), 180_000);
    });
    expect(fared).toMatchObject(nothingLost);
    expect(await starts()).toBe(before);
    expect(pods.length).toBeGreaterThanOrEqual(2 * SERVICES.length);
  });

  it("says what each pod needs", async () => {
    const pods = await podFigures(cluster, release.name);
    printTable(
      "Mesh, after 50 calls a second",
      pods.map((pod) => [pod.component, pod.workingSetMiB, pod.secondsToReady]),
      ["component", "working set MiB", "seconds to ready"],
    );
    expect(pods.length).toBeGreaterThanOrEqual(2 * SERVICES.length);
  });

  it("says what mutual TLS and network policies add to a call", async () => {
    await caller[Symbol.asyncDispose]();
    const { guarded, open, added } = await measureHop(cluster, release.name, Date.now);
    const rows = { "with both": guarded, "with neither": open, added };
    printTable(
      "A call from pod to pod with mutual TLS and network policies, and without, in turns; microseconds",
      Object.entries(rows).map(([name, { p50, p99 }]) => [name, p50, p99]),
      ["", "median", "p99"],
    );
    expect(guarded.p50).toBeGreaterThan(0);
  });
});
