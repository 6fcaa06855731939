import type { Imports } from "./miniature-tree.js";

/** A file that breaks a rule by what it imports. */
export interface Plant {
  readonly file: string;
  readonly imported: string;
  /** What the report calls the imported file; the import as written when it leads nowhere. */
  readonly caught: string;
}

/** For each rule of .dependency-cruiser.cjs, files that break it and no other. */
export const plantedViolations: Readonly<Record<string, readonly Plant[]>> = {
  "imports-resolve": [
    plant("services/events/src/moved.ts", "@craic/runtime/gone.js"),
    plant("services/events/src/misspelt.ts", "./evnet.js"),
    plant("services/events/src/not-installed.ts", "left-pad"),
  ],
  "no-cycles": [plant("services/events/src/egg.ts", "type ./hen.js", "services/events/src/hen.ts")],
  "services-meet-on-the-wire": [
    plant(
      "services/events/src/by-package.ts",
      "@craic/auth/signing-key.js",
      "services/auth/src/signing-key.ts",
    ),
    plant("services/events/src/by-type.ts", "type @craic/auth/module.js", "services/auth/src/module.ts"),
    plant("services/auth/src/by-path.ts", "../../events/src/event.js", "services/events/src/event.ts"),
    plant("services/auth/src/foreign.test.ts", "@craic/events/event.js", "services/events/src/event.ts"),
    plant("services/auth/src/of-all.ts", "@craic/all/modules.js", "services/all/src/modules.ts"),
    plant(
      "services/recommender/src/beyond-assigning.ts",
      "@craic/experiments/participants.js",
      "services/experiments/src/participants.ts",
    ),
  ],
  "all-takes-modules-only": [
    plant(
      "services/all/src/too-curious.ts",
      "@craic/events/event-service.js",
      "services/events/src/event-service.ts",
    ),
  ],
  "runtime-knows-no-service": [
    plant("services/runtime/src/knows-auth.ts", "@craic/auth/module.js", "services/auth/src/module.ts"),
    plant(
      "services/runtime/src/knows-events.ts",
      "@craic/proto/craic/events/v1/event_pb.js",
      "proto/gen/craic/events/v1/event_pb.ts",
    ),
  ],
  "numerics-is-pure": [
    plant("services/numerics/src/reads-files.ts", "node:fs", "fs"),
    plant("services/numerics/src/logs.ts", "react", "node_modules/react/index.js"),
  ],
  "numerics-stands-alone": [
    plant(
      "services/numerics/src/knows-runtime.ts",
      "@craic/runtime/errors.js",
      "services/runtime/src/errors.ts",
    ),
    plant(
      "services/numerics/src/knows-messages.ts",
      "type @craic/proto/craic/events/v1/event_pb.js",
      "proto/gen/craic/events/v1/event_pb.ts",
    ),
  ],
  "sql-stays-in-stores": [
    plant("services/events/src/search-service.ts", "drizzle-orm", "node_modules/drizzle-orm/index.js"),
    plant("services/events/src/pool.ts", "type mysql2", "node_modules/mysql2/index.js"),
    plant("services/runtime/src/query.ts", "mysql2", "node_modules/mysql2/index.js"),
    plant("services/all/src/tables.ts", "drizzle-orm", "node_modules/drizzle-orm/index.js"),
    plant(
      "services/events/src/exposure.ts",
      "@aws-sdk/client-dynamodb",
      "node_modules/@aws-sdk/client-dynamodb/index.js",
    ),
  ],
  "stores-know-no-messages": [
    plant(
      "services/events/src/proto-store.mysql.ts",
      "type @craic/proto/craic/events/v1/event_pb.js",
      "proto/gen/craic/events/v1/event_pb.ts",
    ),
  ],
  "stores-are-made-in-modules": [
    plant(
      "services/events/src/list-service.ts",
      "./event-store.mysql.js",
      "services/events/src/event-store.mysql.ts",
    ),
  ],
  "telemetry-sdk-in-runtime": [
    plant("services/events/src/counter.ts", "prom-client", "node_modules/prom-client/index.js"),
    plant(
      "services/auth/src/spans.ts",
      "@opentelemetry/resources",
      "node_modules/@opentelemetry/resources/index.js",
    ),
  ],
  "web-stays-in-the-browser": [
    plant("services/web/src/grpc.ts", "@grpc/grpc-js", "node_modules/@grpc/grpc-js/index.js"),
    plant(
      "services/web/src/feed/transport.tsx",
      "@connectrpc/connect-node",
      "node_modules/@connectrpc/connect-node/index.js",
    ),
    plant("services/web/src/errors.ts", "@craic/runtime/errors.js", "services/runtime/src/errors.ts"),
  ],
  "web-needs-no-node": [plant("services/web/src/digest.ts", "node:crypto", "crypto")],
  "generated-code-stands-alone": [
    plant(
      "proto/gen/craic/events/v1/eager_pb.ts",
      "@connectrpc/connect",
      "node_modules/@connectrpc/connect/index.js",
    ),
    plant(
      "proto/gen/craic/events/v1/nosy_pb.ts",
      "@craic/runtime/errors.js",
      "services/runtime/src/errors.ts",
    ),
  ],
  "tests-are-leaves": [
    plant(
      "services/events/src/borrows.ts",
      "./event-store.mysql.test.js",
      "services/events/src/event-store.mysql.test.ts",
    ),
    plant(
      "services/events/src/sample.ts",
      "../../../tests/fixtures/calendar.js",
      "tests/fixtures/calendar.ts",
    ),
  ],
  "no-junk-drawers": [
    plant("services/events/src/tidy.ts", "./utils.js", "services/events/src/utils.ts"),
    plant("services/web/src/neat.tsx", "./shared/button.js", "services/web/src/shared/button.tsx"),
    plant("tests/fixtures/clean.ts", "./helpers.js", "tests/fixtures/helpers.ts"),
  ],
};

/** What plants import, where that is not in the lawful tree. */
export const bait: Readonly<Record<string, Imports>> = {
  "services/events/src/hen.ts": ["./egg.js"],
  "services/events/src/utils.ts": [],
  "services/web/src/shared/button.tsx": [],
  "tests/fixtures/helpers.ts": [],
};

function plant(file: string, imported: string, caught = imported): Plant {
  return { file, imported, caught };
}
