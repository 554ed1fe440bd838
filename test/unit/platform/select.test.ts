import { describe, expect, it } from 'vitest';
import { EMPTY_CONFIG } from '../../../src/config/config.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { createSource } from '../../../src/platform/select.ts';

const select = (platform: NodeJS.Platform) => createSource({} as Settings, EMPTY_CONFIG, () => {}, platform);

describe('createSource', () => {
  it('starts nothing before the first reading', async () => {
    const source = select('linux');
    expect(source.name).toBe('linux');
    await source.close();
  });

  it('says so on a system that it cannot read', () => {
    expect(() => select('darwin')).toThrow(expect.objectContaining({ code: 'EPH_SOURCE_UNAVAILABLE' }));
  });
});
