import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a file imports; with `type` in front, its types only. */
export type Imports = readonly string[];

/** Files of a small Craic that keeps every rule, and what each imports. */
export const lawful: Readonly<Record<string, Imports>> = {
  "proto/gen/google/rpc/error_details_pb.ts": ["@bufbuild/protobuf/codegenv2"],
  "proto/gen/craic/options/v1/options_pb.ts": ["@bufbuild/protobuf"],
  "proto/gen/craic/auth/v1/auth_service_pb.ts": ["@bufbuild/protobuf", "../../options/v1/options_pb.js"],
  "proto/gen/craic/events/v1/event_pb.ts": ["@bufbuild/protobuf"],

  "services/runtime/src/errors.ts": ["@connectrpc/connect", "@craic/proto/google/rpc/error_details_pb.js"],
  "services/runtime/src/key-set.ts": [
    "@craic/proto/craic/auth/v1/auth_service_pb.js",
    "@craic/proto/craic/options/v1/options_pb.js",
  ],
  "services/runtime/src/metrics.ts": ["prom-client", "@opentelemetry/resources"],
  "services/runtime/src/mysql.ts": ["drizzle-orm", "mysql2"],
  "services/runtime/src/key-set.test.ts": ["./key-set.js", "@craic/auth/signing-key.js"],

  "services/numerics/src/csr.ts": [],
  "services/numerics/src/dense.ts": ["ml-matrix", "./csr.js"],
  "services/numerics/src/threads.ts": ["node:worker_threads"],
  "services/numerics/src/dense.test.ts": ["./dense.js", "node:fs"],

  "services/auth/src/module.ts": ["@craic/runtime/errors.js"],
  "services/auth/src/admin-token.ts": ["./signing-key.js"],
  "services/auth/src/signing-key.ts": ["node:crypto"],

  "services/events/src/event.ts": ["@craic/numerics/csr.js"],
  "services/events/src/event-to-proto.ts": ["./event.js", "@craic/proto/craic/events/v1/event_pb.js"],
  "services/events/src/event-service.ts": [
    "./event-to-proto.js",
    "./event-store.js",
    "@craic/runtime/errors.js",
    "@opentelemetry/api",
  ],
  "services/events/src/event-store.ts": ["type ./event.js"],
  "services/events/src/event-store.mysql.ts": [
    "type ./event-store.js",
    "./event-row.js",
    "./schema.js",
    "drizzle-orm",
  ],
  "services/events/src/event-row.ts": ["./schema.js", "drizzle-orm"],
  "services/events/src/schema.ts": ["drizzle-orm"],
  "services/events/src/module.ts": [
    "./event-service.js",
    "./event-store.mysql.js",
    "@craic/runtime/mysql.js",
  ],
  "services/events/src/main.ts": ["./module.js"],
  "services/events/src/event-store.mysql.test.ts": [
    "./event-store.mysql.js",
    "mysql2",
    "../../../tests/fixtures/calendar.js",
  ],

  "services/experiments/src/assignment.ts": [],
  "services/experiments/src/participants.ts": ["@craic/numerics/csr.js"],
  "services/recommender/src/variants/assignments.ts": ["@craic/experiments/assignment.js"],

  "services/all/src/modules.ts": ["@craic/auth/module.js", "@craic/events/module.js"],
  "services/all/src/main.ts": ["./modules.js", "./mariadb.js", "@craic/auth/admin-token.js"],
  "services/all/src/mariadb.ts": ["mysql2", "node:child_process"],

  "services/web/src/main.tsx": ["react", "@connectrpc/connect-web", "./feed/feed.js"],
  "services/web/src/feed/feed.tsx": ["react", "@craic/proto/craic/events/v1/event_pb.js"],
  "services/web/src/feed/feed.test.tsx": ["./feed.js", "node:fs"],

  "tests/fixtures/calendar.ts": ["../../services/events/src/event.js"],
  "tests/e2e/feed.e2e.test.ts": ["../fixtures/calendar.js", "@craic/all/modules.js", "mysql2"],
};

const PACKAGES = [
  "@aws-sdk/client-dynamodb",
  "@bufbuild/protobuf",
  "@connectrpc/connect",
  "@connectrpc/connect-node",
  "@connectrpc/connect-web",
  "@grpc/grpc-js",
  "@opentelemetry/api",
  "@opentelemetry/resources",
  "drizzle-orm",
  "ml-matrix",
  "mysql2",
  "prom-client",
  "react",
];

/**
 * Writes files in the layout of the repository, with packages that are empty, and with those of the workspace
 * found as npm lets them be found: by a link in node_modules and the `exports` in package.json.
 *
 * @param repository where the real package.json files are
 */
export function writeMiniature(
  folder: string,
  files: Readonly<Record<string, Imports>>,
  repository: string,
): void {
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, "1"]));
  write(
    "package.json",
    JSON.stringify({ name: "miniature", workspaces: ["proto", "services/*"], dependencies }),
  );
  write("tsconfig.json", readFileSync(join(repository, "tsconfig.json"), "utf8"));
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    write(`node_modules/${name}/index.js`, "");
  }
  write("node_modules/@bufbuild/protobuf/codegenv2.js", "");
  for (const [path, imports] of Object.entries(files)) write(path, imports.map(importLine).join("\n"));

  mkdirSync(join(folder, "node_modules/@craic"));
  const workspaces = new Set(Object.keys(files).map((path) => /^(proto|services\/[^/]+)\//.exec(path)?.[1]));
  for (const workspace of workspaces) {
    if (workspace === undefined) continue;
    const manifest = readFileSync(join(repository, workspace, "package.json"), "utf8");
    write(`${workspace}/package.json`, manifest);
    symlinkSync(join(folder, workspace), join(folder, "node_modules", JSON.parse(manifest).name));
  }
}

function importLine(imported: string, i: number): string {
  const path = imported.replace(/^type /, "");
  return path === imported
    ? `import * as import${i} from "${path}"; void import${i};`
    : `import type * as import${i} from "${path}"; export type Type${i} = typeof import${i};`;
}
