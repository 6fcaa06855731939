import type { RenderedPod } from "./renders.js";

/** The kinds of volumes that the restricted level knows. */
const VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/**
 * What the restricted level of the Pod Security Standards has against a pod, and beyond it a root that can be written to.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function faultsOf({ of, spec }: RenderedPod): string[] {
  const faults: string[] = [];
  const own = spec.securityContext ?? {};
  const wants = (good: boolean, what: string) => {
    if (!good) faults.push(`${of}: ${what}`);
  };
  for (const shared of ["hostNetwork", "hostPID", "hostIPC", "hostUsers"]) {
    wants(spec[shared] === undefined || spec[shared] === (shared === "hostUsers"), `${shared} is set`);
  }
  for (const volume of spec.volumes ?? []) {
    const kinds = Object.keys(volume).filter((key) => key !== "name");
    wants(
      kinds.every((kind) => VOLUMES.has(kind)),
      `volume ${volume.name} is a ${kinds}`,
    );
  }
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const { name, ports = [], securityContext: its = {} } = container;
    const or = (field: string) => its[field] ?? own[field];
    wants(its.privileged !== true, `${name} is privileged`);
    wants(its.allowPrivilegeEscalation === false, `${name} may escalate its privileges`);
    wants(its.capabilities?.drop?.includes("ALL") === true, `${name} keeps capabilities`);
    const added = (its.capabilities?.add ?? []).filter((each: string) => each !== "NET_BIND_SERVICE");
    wants(added.length === 0, `${name} has ${added}`);
    wants(or("runAsNonRoot") === true, `${name} may run as root`);
    wants(or("runAsUser") !== 0, `${name} runs as root`);
    const seccomp = or("seccompProfile")?.type;
    wants(seccomp === "RuntimeDefault" || seccomp === "Localhost", `${name} may make any system call`);
    wants(or("procMount") === undefined || or("procMount") === "Default", `${name} sees all of /proc`);
    wants(!ports.some((port: { hostPort?: number }) => port.hostPort), `${name} has a port of the node`);
    wants(its.readOnlyRootFilesystem === true, `${name} can write to its root`);
  }
  return faults;
}
