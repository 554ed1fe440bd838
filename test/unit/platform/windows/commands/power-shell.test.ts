import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { createCimSession } from '../../../../../src/platform/windows/commands/cim-session.ts';
import { startPowerShell } from '../../../../../src/platform/windows/commands/power-shell.ts';

const nowMs = (): number => performance.now();

/** A program in the place of PowerShell that answers each query with two lines. */
const ANSWERING = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const id = /--END (\\d+)/.exec(line)?.[1];
    if (id !== undefined) console.log('first\\r\\nsecond\\r\\n--END ' + id + ' 2--');
  });`;

describe('the PowerShell process', () => {
  it('carries queries and answers through real pipes, and ends with the session', async () => {
    const start = startPowerShell(process.execPath, ['-e', ANSWERING]);
    const session = createCimSession({ start, timeoutMs: 10_000, nowMs });
    expect(await session.query({ objects: 'x', line: 'y' })).toEqual(['first', 'second']);
    expect(await session.query({ objects: 'x', line: 'y' })).toEqual(['first', 'second']);
    session.close();
  });

  it('that ends at once is a failure of the query', async () => {
    const start = startPowerShell(process.execPath, ['-e', 'process.exit(0)']);
    const session = createCimSession({ start, timeoutMs: 10_000, nowMs });
    await expect(session.query({ objects: 'x', line: 'y' })).rejects.toThrow('PowerShell ended');
  });

  it('that does not exist is a failure of the query', async () => {
    const session = createCimSession({ start: startPowerShell('/no/such/shell', []), timeoutMs: 10_000, nowMs });
    await expect(session.query({ objects: 'x', line: 'y' })).rejects.toThrow('PowerShell ended');
  });
});
