// Who may import whom (docs/architecture.md draws it). tests/lint plants a violation of each rule and wants it
// found, and wants none in the tree.

const SERVICES = "^services/";
const TEST_FILES = "[.]test[.]tsx?$";
const STORES = "-store[.](mysql|dynamo)[.]ts$";
/** What a store is made with: its tables, and how their rows become the domain's types. */
const TABLES = "/(schema|[a-z-]+-row)[.]ts$";
/** Where dependencies are made. */
const COMPOSITION = "/(module|main|train|migrate)[.]ts$";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    rule(
      "imports-resolve",
      "Every import leads somewhere. An edge that is not resolved is one that no other rule sees.",
      {},
      { couldNotResolve: true },
    ),
    rule("no-cycles", "What imports itself by a detour cannot be read on its own.", {}, { circular: true }),
    rule(
      "services-meet-on-the-wire",
      "A service calls another one through @craic/proto and the transport that it was given. Who gets which variant is a function that both ends of the contract compute.",
      { path: `${SERVICES}([^/]+)/`, pathNot: `${SERVICES}(all|runtime)/` },
      {
        path: `${SERVICES}(?!runtime/|numerics/|$1/)`,
        pathNot: `${SERVICES}experiments/src/assignment[.]ts$`,
      },
    ),
    rule(
      "all-takes-modules-only",
      "The composition root knows each service by its module, and auth by how it signs an operator's token.",
      { path: `${SERVICES}all/`, pathNot: TEST_FILES },
      {
        path: `${SERVICES}(?!all/|runtime/|numerics/)`,
        pathNot: `${SERVICES}([^/]+/src/module|auth/src/(admin-token|access-token|signing-key))[.]ts$`,
      },
    ),
    rule(
      "runtime-knows-no-service",
      "It is what makes any process a service. It reads the options of the contracts, answers for the lines of any import, and asks auth for its keys.",
      { path: `${SERVICES}runtime/`, pathNot: TEST_FILES },
      {
        path: "^(services/(?!runtime/)|proto/gen/craic/)",
        pathNot: "^proto/gen/craic/(options/|catalogue/v1/import_pb[.]ts$|auth/v1/auth_service_pb[.]ts$)",
      },
    ),
    rule(
      "numerics-is-pure",
      "Mathematics needs no package but ml-matrix, and nothing of the machine but its cores.",
      { path: `${SERVICES}numerics/src/`, pathNot: TEST_FILES },
      { dependencyTypes: ["npm", "npm-dev", "core"], pathNot: "node_modules/ml-matrix/|^worker_threads$" },
    ),
    rule(
      "numerics-stands-alone",
      "Mathematics knows neither services nor messages.",
      { path: `${SERVICES}numerics/` },
      { path: "^(services/(?!numerics/)|proto/)" },
    ),
    rule(
      "sql-stays-in-stores",
      "Only stores, and the few files that open or make a database, speak to one.",
      {
        path: SERVICES,
        pathNot: [
          STORES,
          TABLES,
          TEST_FILES,
          "/(main|train|migrate)[.]ts$",
          `${SERVICES}runtime/src/(mysql|columns|find-by-key|replacement|transaction)[.]ts$`,
          `${SERVICES}all/src/(mariadb|databases)[.]ts$`,
          // What makes databases and users, and copies tables.
          `${SERVICES}all/src/operations/(database-users|backup/(dynamodb-tables|s3-copies))[.]ts$`,
          `${SERVICES}experiments/src/dynamodb[.]ts$`,
        ],
      },
      { path: "node_modules/(drizzle-orm|mysql2|@aws-sdk)/" },
    ),
    rule(
      "stores-know-no-messages",
      "A store takes and gives the domain's types; *-to-proto.ts makes messages of them.",
      { path: [STORES, TABLES] },
      { path: "^proto/" },
    ),
    rule(
      "stores-are-made-in-modules",
      "A handler is given its store as an interface.",
      { path: SERVICES, pathNot: [COMPOSITION, TEST_FILES, STORES] },
      { path: STORES },
    ),
    rule(
      "telemetry-sdk-in-runtime",
      "One place decides how a process is measured; others use @opentelemetry/api and runtime's metrics.",
      { path: SERVICES, pathNot: `${SERVICES}runtime/` },
      { path: "node_modules/(@opentelemetry/(?!api/)|prom-client/)" },
    ),
    rule(
      "web-stays-in-the-browser",
      "The page is made of the contracts and of what a browser can run.",
      { path: `${SERVICES}web/src/`, pathNot: TEST_FILES },
      { path: `${SERVICES}(?!web/)|node_modules/(@connectrpc/connect-node|@grpc)/` },
    ),
    rule(
      "web-needs-no-node",
      "A browser has none of Node's modules.",
      { path: `${SERVICES}web/src/`, pathNot: TEST_FILES },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "generated-code-stands-alone",
      "Messages are shared by all, so they bring nothing along.",
      { path: "^proto/gen/" },
      { pathNot: "^(proto/gen|node_modules/@bufbuild/protobuf)/" },
    ),
    rule(
      "tests-are-leaves",
      "What ships does not need what tests it.",
      { pathNot: `(${TEST_FILES}|^tests/)` },
      { path: `(${TEST_FILES}|^tests/)` },
    ),
    rule(
      "no-junk-drawers",
      "A name says what is inside.",
      {},
      { path: "^(services|tests)/.*/(utils?|helpers?|common|misc|shared|lib)([.]tsx?|/)" },
    ),
  ],
  options: {
    exclude: "(^|/)dist/|^services/all/catalogue/",
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Types cross borders like anything else.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    // Without these the packages of the workspace are not found, and no rule about them ever strikes.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
