import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../../src/platform/windows/run-command.ts';

const node = (script: string, timeoutMs = 10_000): Promise<Uint8Array> =>
  runCommand(process.execPath, ['-e', script], timeoutMs);
const failed = (message: string) =>
  expect.objectContaining({ code: 'EPH_WINDOWS_COMMAND', message: expect.stringContaining(message) });

describe('a command', () => {
  it('gives its output byte by byte, the last line end included', async () => {
    const output = await node('process.stdout.write(Buffer.from([0xff, 0x00, 0x81, 0x0d, 0x0a]))');
    expect([...output]).toEqual([0xff, 0x00, 0x81, 0x0d, 0x0a]);
  });

  it('that prints nothing and ends well is an error', async () => {
    await expect(node('')).rejects.toEqual(failed('it ended well and printed nothing'));
  });

  it('that fails is an error, whatever it printed', async () => {
    await expect(node('console.log(1); process.exit(3)')).rejects.toEqual(failed(''));
  });

  it('that takes too long is ended and is an error', async () => {
    await expect(node('setInterval(() => {}, 1000)', 200)).rejects.toEqual(failed('it ran longer than 200 ms'));
  });

  it('that prints more than is read is an error, not a shorter output', async () => {
    const script = "const b = Buffer.alloc(1048576, 'x'); for (let i = 0; i < 40; i++) process.stdout.write(b)";
    await expect(node(script)).rejects.toEqual(failed(''));
  });

  it('that does not exist is an error', async () => {
    await expect(runCommand('/no/such/program', [], 1_000)).rejects.toEqual(failed('/no/such/program'));
  });
});
