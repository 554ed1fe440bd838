import type { SocketStateName } from '../model/socket-state.ts';
import type { StoryProcess, StorySocket } from './port-pool.ts';
import type { Flow, Level, Program } from './scenario.ts';
import { STORY_EPOCH_MS, type StoryHost } from './story-host.ts';
import { amountAt, momentsUntil } from './story-time.ts';

const BEFORE_STORY_MS = 30 * 86_400_000;

/** Plays one program minute by minute on `host`; call it once for each minute from 0. */
export function playProgram(host: StoryHost, program: Program, end: number): (minute: number) => void {
  const restarts = new Set(momentsUntil(program.restarts, end));
  const changes = momentsUntil(program.executable_changes, end);
  let members: StoryProcess[] = [];
  const start = (minute: number): void => {
    const startMs = minute === 0 ? STORY_EPOCH_MS - BEFORE_STORY_MS : STORY_EPOCH_MS + minute * 60_000;
    const change = changes.findLast((at) => at <= minute);
    const changeMs = change === undefined ? STORY_EPOCH_MS - 2 * BEFORE_STORY_MS : STORY_EPOCH_MS + change * 60_000;
    members = Array.from({ length: program.members }, (_, index) =>
      host.startProcess(program.process, program.unit, startMs + index, changeMs),
    );
  };
  const context = { host, program, members: () => members, end };
  const players = [
    ...program.flows.map((flow) => playFlow(context, flow)),
    ...program.levels.map((level) => playLevel(context, level)),
  ];
  return (minute) => {
    if (minute < program.starts) return;
    if (minute === program.starts) start(minute);
    if (restarts.has(minute)) {
      for (const member of members) host.endProcess(member);
      start(minute);
    }
    for (const play of players) play(minute);
  };
}

interface Context {
  readonly host: StoryHost;
  readonly program: Program;
  readonly members: () => readonly StoryProcess[];
  readonly end: number;
}

function playFlow({ host, program, members, end }: Context, flow: Flow): (minute: number) => void {
  const remotes = flow.remotes.map((remote) => host.remoteOf(remote));
  const starts = flow.windows === undefined ? undefined : momentsUntil(flow.windows.at, end);
  const length = flow.windows?.for ?? 0;
  let mortal: { readonly owner: StoryProcess; readonly until: number }[] = [];
  let owed = 0;
  let turn = 0;
  return (minute) => {
    mortal = mortal.filter(({ owner, until }) => {
      if (until > minute) return true;
      host.endProcess(owner);
      return false;
    });
    if (minute < flow.from || minute >= (flow.until ?? Number.POSITIVE_INFINITY)) return;
    const opened = starts?.findLast((at) => at <= minute);
    if (starts !== undefined && (opened === undefined || minute >= opened + length)) return;
    const pace = amountAt(flow.per_minute, minute) * flow.growth ** ((minute - flow.from) / 1440);
    if (flow.arrivals === 'regular') owed += pace / flow.burst;
    const arrivals = flow.arrivals === 'regular' ? Math.floor(owed) : host.random.poisson(pace / flow.burst);
    if (flow.arrivals === 'regular') owed -= arrivals;
    for (let arrival = 0; arrival < arrivals; arrival++) {
      const owner = ownerOf(turn);
      let until = minute + holdOf(flow);
      if (flow.windows?.release_at_end === true && opened !== undefined) until = Math.min(until, opened + length);
      for (let port = 0; port < flow.burst; port++) {
        const remote = remotes.length === 0 ? -1 : (remotes[turn % remotes.length] as number);
        const seen = remote >= 0 && host.random.next() < flow.seen;
        host.open({ owner, state: flow.state as SocketStateName, remote, seen, until });
        turn++;
      }
      if (flow.own_process) mortal.push({ owner, until });
    }
  };

  function holdOf({ hold, spread }: Flow): number {
    if (hold === 'forever') return Number.POSITIVE_INFINITY;
    return spread === 'fixed' ? hold : host.random.exponential(hold);
  }

  function ownerOf(at: number): StoryProcess {
    if (flow.own_process) {
      const startMs = STORY_EPOCH_MS + host.minute * 60_000 + at;
      return host.startProcess(program.process, program.unit, startMs, 0);
    }
    const all = members();
    return all[(flow.member ?? at) % all.length] as StoryProcess;
  }
}

function playLevel({ host, members, end }: Context, level: Level): (minute: number) => void {
  const remotes = Array.from({ length: level.destinations }, (_, index) =>
    host.remoteOf(`203.0.113.${(index % 250) + 1}:${443 + Math.floor(index / 250)}`),
  );
  const open: StorySocket[] = [];
  let noise = 0;
  const memory = Math.exp(-1 / level.noise_time);
  return (minute) => {
    const isOn = minute >= level.from && minute < (level.until ?? end + 1);
    noise = memory * noise + Math.sqrt(1 - memory * memory) * level.noise * host.random.gaussian();
    const target = isOn ? Math.max(0, Math.round(amountAt(level.ports, minute) + noise)) : 0;
    for (let index = open.length - 1; index >= 0; index--) {
      const socket = open[index] as StorySocket;
      if (socket.live && host.random.next() >= level.turnover) continue;
      remove(index);
    }
    while (open.length > target) remove(host.random.integer(open.length));
    const all = members();
    while (open.length < target) {
      const owner = all[open.length % all.length] as StoryProcess;
      const remote =
        level.state === 'listen' || level.state === 'bound' || level.state === 'unconnected'
          ? -1
          : (remotes[host.random.integer(remotes.length)] as number);
      const request = {
        owner,
        state: level.state as SocketStateName,
        remote,
        shared: level.shared,
        until: Number.POSITIVE_INFINITY,
      };
      const socket = host.open(request);
      if (socket === undefined) break;
      open.push(socket);
    }
  };

  function remove(index: number): void {
    host.close(open[index] as StorySocket);
    open[index] = open[open.length - 1] as StorySocket;
    open.pop();
  }
}
