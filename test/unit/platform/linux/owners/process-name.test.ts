import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutDeleted, nameProcess } from '../../../../../src/platform/linux/owners/process-name.ts';

const NODE = { comm: 'MainThread', executable: '/usr/bin/node', commandLine: 'node /srv/api/server.js --port 80' };

describe('name of a process', () => {
  it('is the base name of the executable, interpreters included', () => {
    expect(nameProcess(NODE, [])).toBe('node');
    expect(nameProcess({ ...NODE, executable: '/usr/bin/python3.11' }, [])).toBe('python3.11');
  });

  it('is comm where the executable cannot be read', () => {
    expect(nameProcess({ comm: 'kworker/0:1', executable: '', commandLine: '' }, [])).toBe('kworker/0:1');
  });

  it('is that of the executable before it was replaced', () => {
    expect(cutDeleted('/opt/app/bin/app (deleted)')).toBe('/opt/app/bin/app');
    expect(cutDeleted('/opt/(deleted)')).toBe('/opt/(deleted)');
  });

  it('is given by the first rule whose every pattern matches', () => {
    const rules = [
      { name: 'other', comm: /^nginx$/ },
      { name: 'partly', comm: /^MainThread$/, executable: /^\/opt\/.*$/ },
      { name: 'api', commandLine: /^node .*server\.js.*$/ },
      { name: 'late', comm: /^MainThread$/ },
    ];
    expect(nameProcess(NODE, rules)).toBe('api');
  });

  it('takes groups of the command line, else of the executable, and drops those that did not match', () => {
    const commandLine = /^node \/srv\/([^/]+)\/.* --port (\d+)( --x)?$/;
    expect(nameProcess(NODE, [{ name: '$1:$2$3', executable: /^\/usr\/bin\/(.*)$/, commandLine }])).toBe('api:80');
    expect(nameProcess(NODE, [{ name: 'x-$1', executable: /^\/usr\/bin\/(.*)$/ }])).toBe('x-node');
  });

  it('is the own name when a rule yields nothing printable', () => {
    expect(nameProcess(NODE, [{ name: '$9\u0007', comm: /^.*$/ }])).toBe('node');
  });

  it('is printable, well formed, at most 64 characters and never empty, whatever the program calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary' }), (executable, comm) => {
        const name = nameProcess({ executable, comm, commandLine: '' }, []);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect([...name].length).toBeLessThanOrEqual(64);
        expect(name).not.toBe('');
      }),
    );
  });
});
