import { makeNamespace, type Namespace } from './namespace.ts';
import { type NamespaceReader, type ReaderOptions, startReader } from './read-in-namespace.ts';
import { type Lab, startLab } from './socket-lab.ts';

/** A namespace with two programs to make sockets and the built reader to see them. */
export interface Stage {
  readonly namespace: Namespace;
  readonly client: Lab;
  readonly server: Lab;
  readonly reader: NamespaceReader;
  clear(): Promise<void>;
}

/** `prepare` runs before any program is there. */
export async function makeStage(
  options: { readonly prepare?: (namespace: Namespace) => Promise<void>; readonly reader?: ReaderOptions } = {},
): Promise<Stage> {
  const namespace = await makeNamespace('eph-rows');
  await options.prepare?.(namespace);
  const client = startLab(namespace.name);
  const server = startLab(namespace.name);
  const reader = startReader(namespace.name, options.reader);
  const clear = async () => {
    await Promise.all([client.stop(), server.stop(), reader.stop()]);
    await namespace.remove();
  };
  return { namespace, client, server, reader, clear };
}
