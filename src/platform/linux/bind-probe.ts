import type { Problem } from '../../model/problem.ts';
import { ADDRESS_FAMILIES, type AddressFamily, PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { BindProbe } from '../../model/sample.ts';
import { errnoName, type Libc } from './libc.ts';
import { AF_INET, AF_INET6 } from './netlink/diag-request.ts';
import { wildcardAddress } from './socket-address.ts';

const DOMAIN = { ipv4: AF_INET, ipv6: AF_INET6 } as const;
const TYPE_CLOEXEC = { tcp: 0x80001, udp: 0x80002 } as const;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const EAFNOSUPPORT = 97;

export interface BindProbeResult {
  readonly probes: readonly BindProbe[];
  readonly problems: readonly Problem[];
}

/**
 * Asks the kernel for a port of each protocol and family, and gives it back: bind to port 0 of the wildcard address,
 * which is the strictest, then close. Sends no packet. A family that the host does not have is absent.
 */
export function probeBinds(libc: Libc): BindProbeResult {
  const probes: BindProbe[] = [];
  const problems: Problem[] = [];
  for (const protocol of PROTOCOLS) {
    for (const af of ADDRESS_FAMILIES) {
      const fd = libc.socket(DOMAIN[af], TYPE_CLOEXEC[protocol], 0);
      if (fd >= 0) probes.push({ protocol, af, code: bindAndClose(libc, fd, af) });
      else if (libc.errno() !== EAFNOSUPPORT) problems.push(cannotProbe(protocol, af, libc.errno()));
    }
  }
  return { probes, problems };
}

function bindAndClose(libc: Libc, fd: number, af: AddressFamily): string {
  // Without it the probe would need the port of both families.
  if (af === 'ipv6') libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, Uint8Array.of(1, 0, 0, 0), 4);
  const address = wildcardAddress(DOMAIN[af]);
  const code = libc.bind(fd, address, address.length) === 0 ? '' : errnoName(libc.errno());
  libc.close(fd);
  return code;
}

function cannotProbe(protocol: Protocol, af: AddressFamily, errno: number): Problem {
  const message = `no ${protocol} ${af} socket for the bind probe: ${errnoName(errno)}; its result is absent`;
  return { piece: 'probe', code: 'EPH_PROBE_FAILED', message };
}
