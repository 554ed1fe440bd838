import { AF_INET, AF_INET6 } from './netlink/diag-request.ts';

/** struct sockaddr_in of 127.0.0.1:`port`. */
export function loopbackAddress(port: number): Uint8Array {
  const address = wildcardAddress(AF_INET);
  address.set([port >>> 8, port & 0xff, 127, 0, 0, 1], 2);
  return address;
}

/** struct sockaddr_in or sockaddr_in6 of any address and port 0. */
export function wildcardAddress(family: number): Uint8Array {
  const address = new Uint8Array(family === AF_INET6 ? 28 : 16);
  address[0] = family;
  return address;
}
