import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createAuthority, issue } from "../../services/all/src/operations/certificate.js";
import { images, Release } from "./release.js";

// One pod with every service, whose MariaDB and secrets somebody else looks after. That MariaDB takes encrypted
// connections only, and nobody but its owner knows the authority of its certificate.

const HOST = "database";
const SECRET = "kept-elsewhere";
const CERTIFICATE = "database-tls";
const USERS = ["admin", "auth", "events", "venues", "djs", "recommender", "trainer", "backup"];
const release = new Release("craic-test-external", {
  "mariadb.external.host": HOST,
  "mariadb.external.tls": true,
  "mariadb.external.caSecret": CERTIFICATE,
  "secrets.existingSecret": SECRET,
});
const { cluster } = release;

/** A MariaDB that is no part of the release; its administrator is the one that the chart's values name. */
async function startDatabase(adminPassword: string): Promise<void> {
  const program = `
    mariadb-install-db --no-defaults --datadir=/data/mariadb --skip-test-db >/dev/null
    echo "CREATE USER craic_admin IDENTIFIED BY '${adminPassword}';" >/data/admin.sql
    echo "GRANT ALL ON *.* TO craic_admin WITH GRANT OPTION;" >>/data/admin.sql
    exec mariadbd --no-defaults --datadir=/data/mariadb --socket=/data/mariadb.sock --pid-file=/data/mariadb.pid \\
      --tmpdir=/data --init-file=/data/admin.sql --innodb-buffer-pool-size=16M --skip-name-resolve \\
      --require-secure-transport=ON --ssl-cert=/tls/tls.crt --ssl-key=/tls/tls.key`;
  const validity = { from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 24 * 3_600_000) };
  const authority = createAuthority("an authority that Node does not know", validity);
  const { certificate, key } = issue(
    authority,
    { spiffeId: "spiffe://example/database", dns: [HOST] },
    validity,
  );
  await cluster.apply({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: CERTIFICATE } },
    stringData: { "ca.crt": authority.certificate, "tls.crt": certificate, "tls.key": key },
  });
  const labels = { app: HOST };
  await cluster.apply({
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: HOST } },
    spec: { selector: labels, ports: [{ port: 3306 }] },
  });
  await cluster.apply({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: HOST, labels } },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          ...{ name: HOST, image: images.mariadb, imagePullPolicy: "IfNotPresent" },
          command: ["sh", "-euc", program],
          readinessProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1 },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [
            { name: "data", mountPath: "/data" },
            { name: "tls", mountPath: "/tls" },
          ],
        },
      ],
      volumes: [
        { name: "data", emptyDir: {} },
        { name: "tls", secret: { secretName: CERTIFICATE } },
      ],
    },
  });
  await cluster.kubectl("wait", "--for=condition=Ready", `pod/${HOST}`, "--timeout=120s");
}

const passwords = Object.fromEntries(USERS.map((user) => [`mysql-${user}-password`, randomUUID()]));

/** What the database answers its administrator. */
const ask = (query: string) =>
  cluster.kubectl(
    ...["exec", HOST, "--", "mariadb", "--host=127.0.0.1", "--ssl", "--user=craic_admin"],
    ...[
      `--password=${passwords["mysql-admin-password"]}`,
      "--batch",
      "--skip-column-names",
      "--execute",
      query,
    ],
  );

beforeAll(() => release.prepare());
afterAll(() => release.remove());

describe("Craic on a database and with secrets of somebody else's", () => {
  let token: string;
  let saved: string[];

  it("is installed without a MariaDB or a Secret of its own", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const signingKey = privateKey.export({ type: "pkcs8", format: "pem" });
    await cluster.apply({
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name: SECRET } },
      stringData: { ...passwords, "signing-key.pem": signingKey },
    });
    await startDatabase(passwords["mysql-admin-password"]!);
    await release.install();
    await release.trained();
    const names = await cluster.kubectl("get", "statefulsets,secrets", "--output", "name");
    expect(names).not.toMatch(/mariadb|craic-secrets/);
  });

  it("keeps there what people do", async () => {
    await using visit = await release.visit();
    token = await visit.register();
    for (const { event } of (await visit.feed(token)).slice(0, 3))
      await visit.tell(token, "SAVE", event.eventId);
    saved = await visit.saved(token);
    expect(saved).toHaveLength(3);
    const databases = (await ask("SHOW DATABASES LIKE 'craic\\_%'")).trim().split("\n");
    expect(databases).toEqual(
      ["auth", "djs", "events", "recommender", "venues"].map((name) => `craic_${name}`),
    );
  });

  it("is upgraded, its tables first, and has it all", async () => {
    await release.upgrade({ "settings.process.LOG_LEVEL": "debug" });
    await release.settled();
    await using visit = await release.visit();
    expect(await visit.saved(token)).toEqual(saved);
  });

  it("is backed up and restored there", async () => {
    await release.runNow("backup");
    await ask("DROP DATABASE craic_recommender");
    await release.runNow("restore");
    await release.settled();
    await using visit = await release.visit();
    expect(await visit.saved(token)).toEqual(saved);
  });

  it("leaves database and Secret alone when it is uninstalled", async () => {
    await release.uninstall();
    expect(await ask("SELECT COUNT(*) FROM craic_auth.users")).not.toBe("0\n");
    expect(await cluster.can("get", "secret", SECRET)).toBe(true);
  });
});
