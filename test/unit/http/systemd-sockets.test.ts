import { expect, test } from 'vitest';
import { systemdSocketFds } from '../../../src/http/systemd-sockets.ts';

test('passed descriptors begin at 3', () => {
  expect(systemdSocketFds({ LISTEN_PID: '42', LISTEN_FDS: '2' }, 42)).toEqual([3, 4]);
});

test.each([
  [{}],
  [{ LISTEN_FDS: '1' }],
  [{ LISTEN_PID: '41', LISTEN_FDS: '1' }],
  [{ LISTEN_PID: '42', LISTEN_FDS: '0' }],
  [{ LISTEN_PID: '42', LISTEN_FDS: '-1' }],
  [{ LISTEN_PID: '42', LISTEN_FDS: '1.5' }],
  [{ LISTEN_PID: '42', LISTEN_FDS: '99999999' }],
  [{ LISTEN_PID: '42', LISTEN_FDS: 'x' }],
])('%j passes none to process 42', (env) => {
  expect(() => systemdSocketFds(env, 42)).toThrow(expect.objectContaining({ code: 'EPH_LISTEN' }));
});
