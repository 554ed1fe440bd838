import { afterEach, describe, expect, it } from 'vitest';
import { identifyNamespace } from '../../../../src/platform/linux/namespace-name.ts';
import { makeProcRoot } from '../../../helpers/proc-root.ts';

const root = makeProcRoot();
afterEach(() => root.remove());

/** A proc root where pid 1 and we are in namespaces whose `net/tcp` is, or is not, the same file. */
function arrange(options: { readonly kernelThreads: boolean; readonly shared: boolean }): void {
  if (options.kernelThreads) root.write('2/comm', 'kthreadd\n');
  root.write('1/net/tcp', '');
  root.link('self/ns/net', 'net:[4026532177]');
  if (options.shared) root.link('self/net', '../1/net');
  else root.write('self/net/tcp', '');
}

describe('identifyNamespace', () => {
  it('calls the namespace of pid 1 host', () => {
    arrange({ kernelThreads: true, shared: true });
    expect(identifyNamespace(root.path)).toEqual({ name: 'host', inode: '4026532177', scope: 'host' });
  });

  it('calls another namespace self', () => {
    arrange({ kernelThreads: true, shared: false });
    expect(identifyNamespace(root.path)).toMatchObject({ name: 'self', scope: 'host' });
  });

  it("does not take a container's own pid 1 for the host's", () => {
    arrange({ kernelThreads: false, shared: true });
    expect(identifyNamespace(root.path)).toMatchObject({ name: 'self', scope: 'container' });
  });

  it('claims nothing when nothing can be read', () => {
    expect(identifyNamespace(root.path)).toEqual({ name: 'self', inode: '', scope: 'container' });
  });
});
