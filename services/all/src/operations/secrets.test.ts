import { createPrivateKey } from "node:crypto";
import { KubernetesApi, pathOf } from "@craic/runtime/kubernetes.js";
import { createLogger } from "@craic/runtime/log.js";
import { FakeKubernetes } from "../../../../tests/fixtures/fake-kubernetes.js";
import { keepSecrets } from "./secrets.js";

const path = pathOf("craic", "secrets", "craic-secrets");
const wanted = {
  secret: "craic-secrets",
  passwords: ["mysql-auth-password", "mysql-events-password"],
  signingKey: "key.pem",
};

let server: FakeKubernetes;
beforeEach(async () => {
  server = await FakeKubernetes.start();
});
afterEach(() => server.stop());

const keep = (wishes = wanted) =>
  keepSecrets(new KubernetesApi(server.account), wishes, createLogger("silent", "test"));

function held(): Record<string, string> {
  const data = (server.get(path)?.data ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}

describe("keepSecrets", () => {
  it("makes passwords that mean nothing in a URL, and an Ed25519 key", async () => {
    server.put(path, {});
    await keep();
    const { "mysql-auth-password": first, "mysql-events-password": second, "key.pem": key = "" } = held();
    expect(first).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(second).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(first).not.toBe(second);
    expect(createPrivateKey(key).asymmetricKeyType).toBe("ed25519");
  });

  it("leaves what is there, and makes what a later release asks for", async () => {
    server.put(path, {});
    await keep();
    const before = held();
    await keep({ ...wanted, passwords: [...wanted.passwords, "mysql-new-password"] });
    const { "mysql-new-password": made, ...kept } = held();
    expect(kept).toEqual(before);
    expect(made).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it("writes nothing where nothing is missing", async () => {
    server.put(path, {});
    await keep();
    const calls = server.calls.length;
    await keep();
    expect(server.calls.slice(calls)).toEqual([`GET ${path}`]);
  });

  it("says that the Secret is missing", async () => {
    await expect(keep()).rejects.toThrow("there is no Secret craic-secrets");
  });
});
