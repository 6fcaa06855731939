import { FakeKubernetes } from "../../../tests/fixtures/fake-kubernetes.js";
import { KubernetesApi, KubernetesError, pathOf } from "./kubernetes.js";

let server: FakeKubernetes;
let api: KubernetesApi;

beforeEach(async () => {
  server = await FakeKubernetes.start();
  api = new KubernetesApi(server.account);
});
afterEach(() => server.stop());

describe("KubernetesApi", () => {
  const secret = (name = "") => pathOf("craic", "secrets", name);

  it("shows the pod's token, which may change while it runs", async () => {
    await api.find(secret("a"));
    server.replaceToken("the-next-token");
    await api.find(secret("a"));
    expect(server.tokens).toEqual(["the-token", "the-next-token"]);
  });

  it("knows the namespace of its pod", () => {
    expect(api.namespace).toBe("craic");
  });

  it("finds what is there, and undefined where nothing is", async () => {
    server.put(secret("a"), { metadata: { name: "a" } });
    expect(await api.find(secret("a"))).toMatchObject({ metadata: { name: "a" } });
    expect(await api.find(secret("b"))).toBeUndefined();
  });

  it("patches only what is said", async () => {
    server.put(secret("a"), { data: { kept: "1", changed: "1", removed: "1" } });
    await api.patch(secret("a"), { data: { changed: "2", removed: null } });
    expect(await api.find(secret("a"))).toMatchObject({ data: { kept: "1", changed: "2" } });
    expect(await api.find(secret("a"))).not.toMatchObject({ data: { removed: expect.anything() } });
  });

  it("says why something was refused, in the words of the server", async () => {
    const jobs = pathOf("craic", "batch/v1/jobs");
    await api.create(jobs, { metadata: { name: "a" } });
    const again = api.create(jobs, { metadata: { name: "a" } });
    await expect(again).rejects.toMatchObject({ status: 409, reason: "AlreadyExists" });
    await expect(again).rejects.toBeInstanceOf(KubernetesError);
  });

  it("takes away what is there, and does not mind where nothing is", async () => {
    server.put(secret("a"), {});
    await api.remove(secret("a"));
    await api.remove(secret("a"));
    expect(await api.find(secret("a"))).toBeUndefined();
  });

  it("trusts no server but that of its cluster", async () => {
    const other = await FakeKubernetes.start();
    const astray = new KubernetesApi({ ...server.account, port: other.account.port });
    await expect(astray.find(secret("a"))).rejects.toThrow(/certificate/);
    await other.stop();
  });
});
