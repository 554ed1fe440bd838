import type { Sample } from '../../../src/model/sample.ts';
import { sampleAt } from '../sample-builder.ts';

/** Three samples of a host that has something of everything. */
export const SEED_SAMPLES: readonly Sample[] = [1_000, 20_000, 40_000].map((bootMs) =>
  sampleAt(bootMs)
    .owner('leaky', [
      'tcp bound 127.0.0.1:40001 #7',
      `tcp established 10.0.0.1:${40_100 + bootMs / 1_000} > 1.2.3.4:443 #9`,
    ])
    .owner('steady', ['udp unconnected [::]:50000 #8', 'tcp close_wait 10.0.0.1:40002 > 169.254.169.254:80 #10'])
    .noOwner('timeWait', ['tcp time_wait 10.0.0.1:40003 > 1.2.3.4:443'])
    .exited({ pid: 3, startMs: 4 })
    .event('closed', 'leaky', '10.0.0.1:40004 > 1.2.3.4:443')
    .sample({
      systemEvents: [{ eventId: 4227, provider: 'Tcpip', count: 1, lastMs: 5 }],
      probes: [{ protocol: 'tcp', af: 'ipv4', code: 'EADDRINUSE' }],
    }),
);
