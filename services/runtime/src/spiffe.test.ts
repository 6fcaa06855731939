import { prefixFrom, ServiceIdentities, spiffeIdsOf } from "./spiffe.js";

const PREFIX = "spiffe://craic.local/ns/party/sa/craic-";

describe("spiffeIdsOf()", () => {
  it("finds ids among other names", () => {
    const names = `DNS:events, URI:${PREFIX}events, IP Address:10.0.0.1, URI:https://craic.example/`;
    expect(spiffeIdsOf(names)).toEqual([`${PREFIX}events`]);
  });

  it.each([
    ["in a name of another kind, which Node quotes", `DNS:"x, URI:${PREFIX}events, y"`],
    ["with a query", `URI:${PREFIX}events?x=1`],
    ["without a path", "URI:spiffe://craic.local"],
    ["in a name of another kind", `DNS:${PREFIX}events`],
    ["where there are no names", undefined],
  ])("finds none %s", (_, names) => {
    expect(spiffeIdsOf(names)).toEqual([]);
  });
});

describe("ServiceIdentities", () => {
  const identities = new ServiceIdentities(PREFIX);

  it("knows a certificate's services by what follows the prefix", () => {
    const names = `URI:${PREFIX}events, URI:${PREFIX}venues`;
    expect(identities.namesOf(names)).toEqual(["events", "venues"]);
    expect(identities.idOf("events")).toBe(`${PREFIX}events`);
  });

  it("knows nobody of another namespace or trust domain", () => {
    const others = [
      "spiffe://craic.local/ns/other/sa/craic-events",
      "spiffe://other/ns/party/sa/craic-events",
    ];
    expect(identities.namesOf(others.map((id) => `URI:${id}`).join(", "))).toEqual([]);
  });
});

describe("prefixFrom()", () => {
  it("is the id without the service's name", () => {
    expect(prefixFrom([`${PREFIX}events`], ["auth", "events"])).toBe(PREFIX);
  });

  it.each([
    ["another service's", [`${PREFIX}venues`]],
    ["one whose last word only ends alike", [`${PREFIX}live.events`]],
    ["none", []],
  ])("is undefined for %s", (_, ids) => {
    expect(prefixFrom(ids, ["events"])).toBeUndefined();
  });
});
