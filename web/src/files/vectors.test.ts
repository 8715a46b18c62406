import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../protocol/base64url';
import type { FileKey } from '../protocol/ids';
import { casesOf } from '../protocol/testing/vectors';
import { encodeManifest, parseManifest } from './encoding';
import type { Entry } from './manifest';
import { checkName, cleanName, numberedName, safeName } from './names';
import { sealerOf, sorts, type BlockSort } from './seal';
import { newSet } from './set';

const unhex = (hex: unknown) => Uint8Array.from(Buffer.from(String(hex), 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('manifest.json', () => {
  for (const one of casesOf('manifest.json', ['hex', 'expect', 'entries', 'blocks'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const raw = unhex(one['hex']);
      if (one['expect'] === 'error') {
        expect(() => parseManifest(raw)).toThrow(expect.objectContaining({ rule: one.rule }));
        return;
      }
      const blocks = unhex(((one['blocks'] ?? []) as string[]).join(''));
      const entries = one['entries'] as Entry[];
      expect(parseManifest(raw)).toEqual({ entries, blocks });
      expect(hexOf(encodeManifest({ entries, blocks }))).toBe(one['hex']);
    });
  }
});

describe('file-name.json', () => {
  for (const one of casesOf('file-name.json', ['path', 'expect', 'clean', 'safe', 'second'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const name = String(one['path']);
      if (one['expect'] === 'error') expect(() => checkName(name)).toThrow(expect.objectContaining({ rule: 'F5' }));
      else checkName(name);
      const clean = cleanName(name);
      expect(clean).toBe(one['clean']);
      checkName(clean);
      expect(safeName(clean)).toBe(one['safe']);
      expect(numberedName(clean, 2)).toBe(one['second']);
    });
  }
});

describe('file-seal.json', () => {
  for (const one of casesOf('file-seal.json', ['key', 'sort', 'number', 'content', 'block', 'files', 'root', 'blocks'])) {
    it(`[${one.rule}] ${one.name}`, async () => {
      const sealer = await sealerOf(crypto.subtle, encodeBase64url(unhex(one['key'])) as FileKey);
      if (one['files'] === undefined) {
        const sort = Object.keys(sorts)[Number(one['sort'])] as BlockSort;
        const content = unhex(one['content']);
        const block = await sealer.seal(sort, Number(one['number']), content);
        expect(hexOf(block)).toBe(one['block']);
        expect(await sealer.open(sort, Number(one['number']), block)).toEqual(content);
        return;
      }
      const entries = Array.from({ length: Number(one['files']) }, (_, i) => (
        { path: [`file-${String(i).padStart(5, '0')}.txt`], size: 0, type: '' }
      ));
      const set = await newSet(sealer, { entries, blocks: new Uint8Array() });
      const [root, ...others] = Array.from({ length: set.length }, (_, i) => hexOf(set.digests.subarray(32 * i, 32 * i + 32)));
      expect(root).toBe(one['root']);
      expect(others).toEqual(one['blocks'] ?? []);
    });
  }
});
