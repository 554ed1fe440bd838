import type { SocketStateName } from '../model/socket-state.ts';

/** How many ports a program holds, over the hours of a day; between the two it follows the working hours. */
export interface Load {
  readonly protocol: 'tcp' | 'udp';
  readonly state: SocketStateName;
  readonly atNight: number;
  readonly byDay: number;
  /** Share of its connections that it closes, and opens anew, within a step. */
  readonly churn: number;
  /** Hour of the day of a burst that lasts an hour, with its height. */
  readonly burst?: { readonly hour: number; readonly ports: number };
  readonly remotes: readonly string[];
}

/** One of the programs of the host. */
export interface Actor {
  readonly pid: number;
  readonly name: string;
  readonly unit: string;
  readonly executable: string;
  readonly handles: number;
  readonly loads: readonly Load[];
}

const UDP: Pick<Load, 'protocol' | 'state' | 'remotes'> = { protocol: 'udp', state: 'unconnected', remotes: [] };

function connections(atNight: number, byDay: number, churn: number, remotes: readonly string[]): Load {
  return { protocol: 'tcp', state: 'established', atNight, byDay, churn, remotes };
}

/** An office's server: what runs beside the culprit, and hides it from a glance at the totals. */
export const CAST: readonly Actor[] = [
  {
    pid: 4,
    name: 'System',
    unit: '',
    executable: '',
    handles: 4_100,
    loads: [connections(4, 14, 0.02, ['10.20.0.11:445', '10.20.0.12:445'])],
  },
  {
    pid: 712,
    name: 'lsass.exe',
    unit: 'KDC+Netlogon',
    executable: 'C:\\Windows\\System32\\lsass.exe',
    handles: 1_890,
    loads: [connections(6, 18, 0.3, ['10.20.0.10:389', '10.20.0.10:88', '10.20.0.13:3268'])],
  },
  {
    pid: 1_284,
    name: 'svchost.exe',
    unit: 'Dnscache',
    executable: 'C:\\Windows\\System32\\svchost.exe',
    handles: 420,
    loads: [{ ...UDP, atNight: 12, byDay: 60, churn: 0.8 }],
  },
  {
    pid: 2_240,
    name: 'sqlservr.exe',
    unit: 'MSSQLSERVER',
    executable: 'C:\\Program Files\\Microsoft SQL Server\\MSSQL\\Binn\\sqlservr.exe',
    handles: 2_700,
    loads: [connections(14, 26, 0.05, ['10.20.4.21:1433', '10.20.4.22:5022'])],
  },
  {
    pid: 3_316,
    name: 'w3wp.exe',
    unit: 'W3SVC',
    executable: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
    handles: 1_630,
    loads: [connections(35, 190, 0.55, ['10.20.4.21:1433', '10.20.7.40:8443', '203.0.113.80:443'])],
  },
  {
    pid: 4_020,
    name: 'backup-agent.exe',
    unit: 'BackupAgent',
    executable: 'C:\\Program Files\\Backup\\backup-agent.exe',
    handles: 610,
    loads: [{ ...connections(3, 3, 0.7, ['10.20.9.5:9392']), burst: { hour: 2, ports: 420 } }],
  },
  {
    pid: 5_508,
    name: 'msedge.exe',
    unit: 'session',
    executable: 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    handles: 980,
    loads: [
      connections(2, 55, 0.4, ['203.0.113.10:443', '198.51.100.7:443', '[2001:db8:40::12]:443']),
      { ...UDP, atNight: 0, byDay: 14, churn: 0.5 },
    ],
  },
  {
    pid: 6_104,
    name: 'print-router.exe',
    unit: 'PrintRouter',
    executable: 'C:\\Program Files\\Printing\\print-router.exe',
    handles: 240,
    // Closed by the printers, never by the program: ports that are stuck, and yet no leak.
    loads: [{ ...connections(13, 13, 0, ['10.20.30.7:9100', '10.20.30.9:9100']), state: 'close_wait' }],
  },
];
