import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getOption } from "@bufbuild/protobuf";
import { access } from "@craic/proto/craic/options/v1/options_pb.js";
import { everyModule } from "../../services/all/src/modules.js";
import { allowList } from "../../services/gateway/src/allow-list.js";
import { callersAllowed } from "../../services/runtime/src/call-graph.js";
import { allEdges, allServices } from "../fixtures/contracts.js";

const methods = allServices().flatMap((service) => service.methods);
const nameOf = (method: (typeof methods)[number]) => `${method.parent.typeName}/${method.name}`;

describe("the contracts", () => {
  it("name as callers none but services and the trainer", () => {
    const known = new Set([...everyModule.map(({ name }) => name), "trainer"]);
    const strangers = methods.flatMap((method) =>
      getOption(method, access).services.filter((name) => !known.has(name)),
    );
    expect(strangers).toEqual([]);
  });

  it("say of every method who may call it", () => {
    const silent = methods.filter((method) => getOption(method, access).callers.length === 0);
    expect(silent.map(nameOf)).toEqual([]);
  });

  it.each(everyModule.map(({ name, calls = [] }) => [name, calls] as const))(
    "let %s call what its module says that it calls, and nothing else",
    (name, calls) => {
      const allowed = allEdges().flatMap(({ from, to }) => (from === name && to !== name ? to : []));
      // Every service has the keys of access tokens from auth, by the runtime.
      const wanted = name === "auth" ? [] : ["auth"];
      expect(new Set(allowed)).toEqual(new Set([...wanted, ...calls]));
    },
  );

  it("let the gateway call every method that it passes through", () => {
    const passed = allowList.flatMap(({ service, methods }) =>
      service.methods.filter(({ localName }) => methods.includes(localName)),
    );
    expect(passed.length).toBeGreaterThan(0);
    expect(passed.filter((method) => !callersAllowed(method).has("gateway")).map(nameOf)).toEqual([]);
  });

  it("have each edge in docs/mesh.md, and no other", () => {
    const text = readFileSync(join(__dirname, "../../docs/mesh.md"), "utf8");
    const drawn = [...text.matchAll(/^ {2}([a-z]+) --> ([a-z]+)$/gm)].map(([, from, to]) => ({ from, to }));
    expect(drawn).toEqual(allEdges());
  });
});
