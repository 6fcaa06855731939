import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:http2";
import { request } from "node:https";
import { buffer, text } from "node:stream/consumers";
import { eventually } from "./kubernetes.js";
import { podFigures } from "./pod-figures.js";
import { forwardPort } from "./port-forward.js";
import { type Refusal, Release } from "./release.js";
import { printTable } from "./table.js";

// One pod with every service on a small box, from its installation to its end; each step goes on from the one before.

const release = new Release("craic-test-compact");
const { cluster } = release;
const SERVING = "app.kubernetes.io/component in (all, mariadb)";
const database = "statefulset/craic-mariadb";

/** The page as a browser has it that was sent to a name. */
async function pageBehind(port: number, host: string, authority: string): Promise<string> {
  const asked = request({
    host: "127.0.0.1",
    port,
    servername: host,
    headers: { host },
    ca: authority,
  }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return await text(response);
}

/** What gRPC's health service answers to a program that was sent to a name: the message, in hexadecimal. */
async function healthBehind(port: number, host: string, ca: string): Promise<string> {
  const session = connect(`https://127.0.0.1:${port}`, { servername: host, ca });
  try {
    const asked = session.request({
      ...{ ":method": "POST", ":path": "/grpc.health.v1.Health/Check", ":authority": host },
      ...{ "content-type": "application/grpc", te: "trailers" },
    });
    asked.end(Buffer.alloc(5));
    return (await buffer(asked)).subarray(5).toString("hex");
  } finally {
    session.destroy();
  }
}
/** SERVING: field 1 is 1. */
const HEALTHY = "0801";

beforeAll(() => release.prepare());
afterAll(() => release.remove());

describe("Craic in one pod", () => {
  it("is installed from nothing, with all pods ready", async () => {
    await release.install();
    await release.trained();
    await cluster.kubectl("wait", "--for=condition=Ready", "--timeout=1s", "pod", "--selector", SERVING);
  });

  it("passes the chart's own test", async () => {
    expect(await cluster.helm("test", release.name, "--logs", "--timeout", "3m")).toContain(
      "ok   a recommendation",
    );
  });

  it("shows the page, and recommends with a trained model what feedback changes at once", async () => {
    await using visit = await release.visit();
    expect(await (await fetch(visit.origin)).text()).toContain("<title>Craic");
    const token = await visit.register();
    const [first, second] = await visit.feed(token);
    await visit.tell(token, "HIDE", first!.event.eventId);
    await visit.tell(token, "SAVE", second!.event.eventId);
    expect((await visit.feed(token)).map(({ event }) => event.eventId)).not.toContain(first!.event.eventId);
    expect(await visit.saved(token)).toEqual([second!.event.eventId]);
  });

  it("trains by its CronJob and takes the new model while 50 calls a second come, of which none fails", async () => {
    await using caller = await release.startCaller(50);
    await using visit = await release.visit();
    const before = await visit.modelVersion();
    const fared = await caller.during(async () => {
      const said = await release.train();
      await eventually(async () => {
        if ((await visit.modelVersion()) === before)
          throw new Error(`${before} still ranks; the trainer said:\n${said}`);
      }, 20_000);
    });
    const { p50Ms, p99Ms } = await caller.figures();
    const pods = await podFigures(cluster, release.name);
    expect(fared).toMatchObject({ failed: {}, hanging: 0 });
    printTable(
      "Compact, after 50 calls a second and a training beside them",
      pods.map((pod) => [pod.component, pod.workingSetMiB, pod.secondsToReady]),
      ["component", "working set MiB", "seconds to ready"],
    );
    console.info(
      `calls at 50/s: p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, ${fared.calls} made meanwhile`,
    );
  });

  it("recommends from memory while MariaDB is away, and says of what it cannot do when to try again", async () => {
    await using visit = await release.visit();
    const token = await visit.register();
    const [first] = await visit.feed(token);
    await cluster.kubectl("scale", database, "--replicas=0", "--timeout=60s");
    try {
      await cluster.kubectl("wait", "--for=delete", "pod/craic-mariadb-0", "--timeout=90s");
      expect(await visit.recommended(token)).not.toEqual([]);
      const refusal = await visit.tell(token, "SAVE", first!.event.eventId).catch((error: Refusal) => error);
      expect(refusal).toMatchObject({ code: "unavailable" });
      expect((refusal as Refusal).details.map(({ type }) => type)).toContain("google.rpc.RetryInfo");
    } finally {
      await cluster.kubectl("scale", database, "--replicas=1");
    }
    await eventually(() => visit.tell(token, "SAVE", first!.event.eventId));
    expect(await visit.saved(token)).toEqual([first!.event.eventId]);
  });

  it("loses nothing that it acknowledged when MariaDB and then itself are killed", async () => {
    await using visit = await release.visit();
    const token = await visit.register();
    const events = (await visit.feed(token, 50)).map(({ event }) => event.eventId);
    const acknowledged: string[] = [];
    for (const [i, event] of events.entries()) {
      if (i === 10) await release.kill("craic-mariadb-0");
      await visit.tell(token, "SAVE", event).then(
        () => acknowledged.push(event),
        () => undefined,
      );
    }
    await eventually(() => visit.tell(token, "SAVE", events[0]!));
    await release.kill((await release.podsOf("all"))[0]!);
    await release.settled();
    await using again = await release.visit();
    expect(acknowledged.length).toBeGreaterThanOrEqual(10);
    expect(new Set(await again.saved(token))).toEqual(new Set(acknowledged));
  });

  it("takes a changed value by helm upgrade, and gives it back by helm rollback", async () => {
    const setting = () =>
      cluster.kubectl(
        ...["get", "deployment", "craic-all", "--output"],
        "jsonpath={.spec.template.spec.containers[0].env[?(@.name=='LOG_LEVEL')].value}",
      );
    await release.upgrade({ "settings.process.LOG_LEVEL": "debug" });
    expect(await setting()).toBe("debug");
    await release.settled();
    await release.rollback();
    expect(await setting()).toBe("info");
    await release.settled();
  });

  it("lets browsers and programs in by names over TLS, through the release's own Caddy", async () => {
    await release.upgrade({
      ...{ "ingress.enabled": true, "ingress.by": "caddy", "ingress.caddy.issuer": "internal" },
      ...{ "ingress.host": "craic.example", "ingress.grpcHost": "grpc.craic.example" },
      "ingress.caddy.serviceType": "ClusterIP",
    });
    await release.settled();
    const authority = await eventually(() =>
      cluster.kubectl(
        "exec",
        "deployment/craic-caddy",
        "--",
        "cat",
        "/data/caddy/pki/authorities/local/root.crt",
      ),
    );
    await using way = await forwardPort(cluster, "service/craic-caddy", 443);
    const page = await eventually(() => pageBehind(way.port, "craic.example", authority), 30_000);
    expect(page).toContain("<title>Craic");
    const health = () => healthBehind(way.port, "grpc.craic.example", authority);
    expect(await eventually(health, 30_000)).toBe(HEALTHY);
    await release.rollback();
    await release.settled();
  });

  it("is the same again after a backup, the loss of all databases, and a restore", async () => {
    let token = "";
    let saved: string[] = [];
    {
      await using visit = await release.visit();
      token = await visit.register();
      for (const { event } of (await visit.feed(token)).slice(0, 3))
        await visit.tell(token, "SAVE", event.eventId);
      saved = await visit.saved(token);
    }
    await release.runNow("backup");
    await cluster.kubectl("scale", database, "deployment/craic-all", "--replicas=0");
    await cluster.kubectl("wait", "--for=delete", "pod/craic-mariadb-0", "--timeout=90s");
    await cluster.kubectl("delete", "persistentvolumeclaim", "data-craic-mariadb-0", "--wait");
    await cluster.kubectl("scale", database, "--replicas=1");
    await cluster.kubectl("scale", "deployment/craic-all", "--replicas=1");
    await release.runNow("restore");
    await release.settled();
    await using visit = await release.visit();
    expect(saved).toHaveLength(3);
    expect(await eventually(() => visit.saved(token))).toEqual(saved);
  });

  it("leaves only its claims and its Secret when it is uninstalled", async () => {
    await release.uninstall();
    const kinds =
      "all,configmaps,secrets,persistentvolumeclaims,serviceaccounts,roles,rolebindings,networkpolicies";
    await eventually(async () => {
      const left = await cluster.kubectl("get", kinds, "--output", "name");
      const names = left
        .split("\n")
        .filter((name) => name !== "" && !/kube-root-ca|serviceaccount\/default/.test(name));
      expect(names.every((name) => /^(persistentvolumeclaim|secret)\//.test(name))).toBe(true);
    });
  });
});
