import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress } from '../../../src/http/compress.ts';

test('text and buffers come back from gzip as they were', async () => {
  const text = 'ephemeral_port_used{protocol="tcp",netns="höst"} 5\n'.repeat(1000);
  expect(gunzipSync(await compress(text)).toString()).toBe(text);
  expect(gunzipSync(await compress(Buffer.from(text))).toString()).toBe(text);
});

test('one buffer that many ask for is compressed once', async () => {
  const content = Buffer.from('x'.repeat(10_000));
  const [first, second] = await Promise.all([compress(content), compress(content)]);
  expect(second).toBe(first);
  expect(await compress(Buffer.from(content))).not.toBe(first);
});
