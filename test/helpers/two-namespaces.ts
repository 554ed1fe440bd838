import { makeNamespace, type Namespace } from './namespace.ts';

/** Two namespaces with a cable between them: the sick host, and the monitoring host that scrapes it. */
export interface TwoNamespaces {
  readonly host: Namespace;
  readonly monitor: Namespace;
  /** Address of the sick host, as the monitor reaches it. */
  readonly hostAddress: string;
  remove(): Promise<void>;
}

export async function makeTwoNamespaces(prefix: string): Promise<TwoNamespaces> {
  const host = await makeNamespace(`${prefix}-host`);
  const monitor = await makeNamespace(`${prefix}-mon`);
  await host.exec('ip', 'link', 'add', 'eph0', 'type', 'veth', 'peer', 'name', 'eph0', 'netns', monitor.name);
  for (const [namespace, address] of [
    [host, '198.51.100.1/30'],
    [monitor, '198.51.100.2/30'],
  ] as const) {
    await namespace.exec('ip', 'address', 'add', address, 'dev', 'eph0');
    await namespace.exec('ip', 'link', 'set', 'eph0', 'up');
  }
  const remove = async () => {
    await host.remove();
    await monitor.remove();
  };
  return { host, monitor, hostAddress: '198.51.100.1', remove };
}
