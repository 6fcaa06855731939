import { type KubernetesApi, KubernetesError, pathOf } from "@craic/runtime/kubernetes.js";

/** What a Secret holds, by key. */
export type SecretData = Readonly<Record<string, string>>;

interface Secret {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

const ATTEMPTS = 5;

/**
 * Changes a Secret that the chart has made, so that of two who change it at once the later builds on what the earlier
 * wrote. Nothing is written where `change` gives nothing; a key whose value is undefined is taken out.
 *
 * @returns what the Secret holds then
 */
export async function changeSecret(
  api: KubernetesApi,
  name: string,
  change: (data: SecretData) => Readonly<Record<string, string | undefined>>,
): Promise<SecretData> {
  const path = pathOf(api.namespace, "secrets", name);
  for (let attempt = 1; ; attempt++) {
    const secret = await api.find<Secret>(path);
    if (secret === undefined) throw new Error(`there is no Secret ${name}: the chart makes it`);
    const data = decoded(secret.data ?? {});
    const changed = Object.entries(change(data)).filter(([key, value]) => data[key] !== value);
    if (changed.length === 0) return data;
    const { resourceVersion } = secret.metadata;
    const encoded = Object.fromEntries(
      changed.map(([key, value]) => [
        key,
        value === undefined ? null : Buffer.from(value).toString("base64"),
      ]),
    );
    try {
      return decoded(
        (await api.patch<Secret>(path, { metadata: { resourceVersion }, data: encoded })).data ?? {},
      );
    } catch (error) {
      const isLate = error instanceof KubernetesError && error.status === 409;
      if (!isLate || attempt === ATTEMPTS) throw error;
    }
  }
}

function decoded(data: Readonly<Record<string, string>>): SecretData {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}
