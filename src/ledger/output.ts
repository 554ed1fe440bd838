import type { PortColumns } from '../model/attributed.ts';
import type { Group } from './group-table.ts';
import { grownCapacity, grownColumn } from './grown-column.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The columns of `Attributed`, kept and filled anew with every sample. */
export class Output {
  ports: Writable<PortColumns> = {
    length: 0,
    netns: new Uint16Array(0),
    protocol: new Uint8Array(0),
    port: new Uint16Array(0),
    state: new Uint8Array(0),
    group: new Int32Array(0),
    owner: new Int32Array(0),
    socket: new Int32Array(0),
    heldSinceMs: new Float64Array(0),
    stuck: new Uint8Array(0),
    lastRemote: new Int32Array(0),
  };
  portOfSocket: Int32Array = new Int32Array(0);
  groupOfSocket: Int32Array = new Int32Array(0);
  groups: Group[] = [];
  foldedGroups = 0;
  /** Output row of each slot. */
  rowOfSlot: Int32Array = new Int32Array(0);

  begin(ports: number, slots: number, sockets: number): void {
    const columns = this.ports;
    columns.length = 0;
    if (ports > columns.port.length) {
      const capacity = grownCapacity(columns.port.length, ports);
      columns.netns = grownColumn(columns.netns, capacity);
      columns.protocol = grownColumn(columns.protocol, capacity);
      columns.port = grownColumn(columns.port, capacity);
      columns.state = grownColumn(columns.state, capacity);
      columns.group = grownColumn(columns.group, capacity);
      columns.owner = grownColumn(columns.owner, capacity);
      columns.socket = grownColumn(columns.socket, capacity);
      columns.heldSinceMs = grownColumn(columns.heldSinceMs, capacity);
      columns.stuck = grownColumn(columns.stuck, capacity);
      columns.lastRemote = grownColumn(columns.lastRemote, capacity);
    }
    if (slots > this.rowOfSlot.length) this.rowOfSlot = new Int32Array(grownCapacity(this.rowOfSlot.length, slots));
    if (sockets > this.portOfSocket.length) {
      const capacity = grownCapacity(this.portOfSocket.length, sockets);
      this.portOfSocket = new Int32Array(capacity);
      this.groupOfSocket = new Int32Array(capacity);
    }
  }
}
