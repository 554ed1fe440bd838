import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnerTable } from '../../../../../src/platform/linux/owners/owner-table.ts';

type Socket = readonly [inode: number, cookie: number];

/** Owner by `inode/cookie` after one dump in which each new socket is credited to its own number. */
function takeDump(table: OwnerTable, sockets: readonly Socket[], slot: number): Map<string, number> {
  table.begin(sockets.length);
  const owners = new Map<string, number>();
  for (const [inode, cookie] of sockets) {
    const entry = table.touch(inode, cookie, 0);
    if ((table.entries.owner[entry] as number) < 0) table.credit(entry, slot, 0);
    owners.set(`${inode}/${cookie}`, table.entries.owner[entry] as number);
  }
  return owners;
}

describe('owner table', () => {
  it('remembers what a plain map would, through growth, sweeps and collisions', () => {
    const socket = fc.tuple(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 0xffff_ffff })),
      fc.nat(3),
    );
    const dumps = fc.array(fc.uniqueArray(socket, { selector: String, maxLength: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(dumps, (list) => {
        const table = new OwnerTable();
        const seen = new Map<string, { owner: number; at: number }>();
        list.forEach((sockets, at) => {
          for (const [inode, cookie] of sockets) {
            const known = seen.get(`${inode}/${cookie}`);
            // An entry outlives one dump without it.
            const owner = known !== undefined && at - known.at <= 2 ? known.owner : at;
            seen.set(`${inode}/${cookie}`, { owner, at });
          }
          for (const [key, owner] of takeDump(table, sockets, at)) expect(owner).toBe(seen.get(key)?.owner);
        });
      }),
    );
  });

  it('finds all sockets of an inode that are in the dump, and no others', () => {
    const table = new OwnerTable();
    takeDump(
      table,
      [
        [5, 1],
        [5, 2],
        [6, 1],
      ],
      0,
    );
    takeDump(
      table,
      [
        [5, 2],
        [5, 3],
      ],
      0,
    );
    const found: number[] = [];
    for (let entry = table.find(5); entry >= 0; entry = table.next(entry))
      found.push(table.entries.cookieLow[entry] as number);
    expect(found.sort()).toEqual([2, 3]);
    expect(table.find(6)).toBe(-1);
  });

  it('holds as many entries as the last two dumps had sockets, and gives memory back', () => {
    const table = new OwnerTable();
    const many = Array.from({ length: 50_000 }, (_, index): Socket => [index + 1, index]);
    takeDump(table, many, 1);
    expect(table.entries.inode.length).toBeGreaterThan(50_000);
    for (let dump = 0; dump < 4; dump++) takeDump(table, many.slice(0, 10), 1);
    expect(table.size).toBe(10);
    expect(table.entries.inode.length).toBe(1024);
  });

  it('counts what is sought exactly', () => {
    const table = new OwnerTable();
    table.begin(2);
    const [a, b] = [table.touch(1, 1, 0), table.touch(2, 2, 0)];
    table.seek(a);
    table.seek(a);
    table.seek(b);
    expect(table.sought).toBe(2);
    table.credit(a, 7, 3);
    expect(table.sought).toBe(1);
    table.disownAll(new Set([7]));
    expect([table.sought, table.isSought(a), table.isSought(b)]).toEqual([2, true, true]);
  });
});
