import { afterAll, describe, expect, it } from 'vitest';
import { readTcpTwReuse } from '../../../../src/platform/linux/tcp-timing.ts';
import { makeProcRoot } from '../../../helpers/proc-root.ts';

const root = makeProcRoot();
afterAll(() => root.remove());

describe('readTcpTwReuse', () => {
  it('reads the setting, and -1 for what is no setting or not there', () => {
    expect(readTcpTwReuse(root.path)).toBe(-1);
    root.write('sys/net/ipv4/tcp_tw_reuse', '2\n');
    expect(readTcpTwReuse(root.path)).toBe(2);
    root.write('sys/net/ipv4/tcp_tw_reuse', 'yes\n');
    expect(readTcpTwReuse(root.path)).toBe(-1);
  });
});
