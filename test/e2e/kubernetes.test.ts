import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { documentedRunLine } from '../helpers/container-engine.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAMESPACE = 'ephemeral-port-exporter';

interface Rendered<Spec> {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec: Spec;
}

type Labels = Readonly<Record<string, string>>;
interface Container {
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
  readonly ports: readonly { readonly name: string }[];
  readonly startupProbe: { readonly exec: { readonly command: readonly string[] } };
  readonly livenessProbe: Container['startupProbe'];
  readonly readinessProbe?: unknown;
}
interface DaemonSetSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly template: {
    readonly metadata: { readonly labels: Labels };
    readonly spec: { readonly containers: readonly [Container] };
  };
}
interface ServiceSpec {
  readonly selector: Labels;
  readonly ports: readonly [{ readonly name: string; readonly targetPort: string }];
}
interface ServiceMonitorSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly endpoints: readonly [{ readonly port: string }];
}

/** What `kubectl apply -k` would send. */
function render(folder: string): readonly Rendered<unknown>[] {
  const text = execFileSync('kubectl', ['kustomize', join(ROOT, folder)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Rendered<unknown>);
}

function only<Spec>(objects: readonly Rendered<unknown>[], kind: string): Rendered<Spec> {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind}`);
  return found[0] as Rendered<Spec>;
}

describe('the manifests, as kubectl renders them', () => {
  const objects = render('deploy/kubernetes');
  const daemonSet = only<DaemonSetSpec>(objects, 'DaemonSet');
  const service = only<ServiceSpec>(objects, 'Service');
  const pod = daemonSet.spec.template.spec;
  const [container] = pod.containers;

  it('put all into a namespace of their own that lets the pod see its node', () => {
    const namespace = only(objects, 'Namespace');
    expect(namespace.metadata.name).toBe(NAMESPACE);
    expect(namespace.metadata.labels).toHaveProperty('pod-security.kubernetes.io/enforce', 'privileged');
    expect([daemonSet, service].map(({ metadata }) => metadata.namespace)).toEqual([NAMESPACE, NAMESPACE]);
    expect(pod).toMatchObject({ hostPID: true, hostNetwork: true, automountServiceAccountToken: false });
  });

  it('give the rights that the documented container has, and no more', () => {
    const words = documentedRunLine('ephemeral-port-exporter');
    const added = words.filter((word) => word.startsWith('--cap-add=')).map((word) => word.replace('--cap-add=', ''));
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: added },
    });
    const tmpfs = words[words.indexOf('--tmpfs') + 1];
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual([tmpfs, '/var/lib/ephemeral-port-exporter']);
  });

  it('probe through the control socket only, and never take the exporter out of the scrape', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const declared = JSON.parse(/HEALTHCHECK[^[]+(\[.*\])/.exec(dockerfile)?.[1] ?? '[]');
    expect(declared).not.toEqual([]);
    for (const probe of [container.startupProbe, container.livenessProbe]) {
      expect(probe.exec.command).toEqual(declared);
      expect(probe).not.toHaveProperty('httpGet');
      expect(probe).not.toHaveProperty('tcpSocket');
    }
    expect(container.readinessProbe).toBeUndefined();
  });

  it('lead the operator from the ServiceMonitor to the pods', () => {
    const monitor = only<ServiceMonitorSpec>(render('deploy/kubernetes/operator'), 'ServiceMonitor');
    expect(monitor.metadata.namespace).toBe(NAMESPACE);
    expect(service.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
    expect(daemonSet.spec.template.metadata.labels).toMatchObject(service.spec.selector);
    expect(daemonSet.spec.template.metadata.labels).toMatchObject(daemonSet.spec.selector.matchLabels);
    const [endpoint] = monitor.spec.endpoints;
    const [port] = service.spec.ports;
    expect([endpoint.port, port.targetPort]).toEqual([port.name, container.ports[0]?.name]);
  });

  it('carry the alert rules that Prometheus has elsewhere', () => {
    const rule = only<{ readonly groups: unknown }>(render('alerts/kubernetes'), 'PrometheusRule');
    const file = parse(readFileSync(join(ROOT, 'alerts/ephemeral-port.rules.yml'), 'utf8'));
    expect(rule.spec.groups).toEqual(file.groups);
    expect(rule.metadata.namespace).toBe(NAMESPACE);
  });
});
