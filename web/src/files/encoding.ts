/** Manifests as bytes: deterministic CBOR, in one form only (SPEC F3, F4). */
import { decode, encode, rfc8949EncodeOptions, Tokenizer, type DecodeOptions } from 'cborg';
import type { Bytes } from '../protocol/base64url';
import { ParseError } from '../protocol/parse-error';
import { checkManifest, digestBytes, maxDepth, maxEntries, maxManifestBytes, maxParts, type Entry, type Manifest } from './manifest';

const version = 1;
/** What the largest manifest is made of: an entry is a map, four names, three values, a list and its names. */
const mostTokens = 7 + maxEntries * (9 + maxDepth);

const strict: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  // So that a size too large is told from what is no number.
  allowBigInt: true,
  rejectDuplicateMapKeys: true,
};

/** 64 MiB of empty lists would be gigabytes of objects: this ends before they are. */
class BoundedTokenizer extends Tokenizer {
  #left = mostTokens;

  override next(): ReturnType<Tokenizer['next']> {
    if (this.#left-- === 0) throw new ParseError('F3', '', 'more than any manifest has');
    return super.next();
  }
}

/** @throws ParseError for what {@link parseManifest} would refuse. */
export function encodeManifest(manifest: Manifest): Bytes {
  checkManifest(manifest);
  const entries = manifest.entries.map(({ path, size, type, modified }) => ({
    path, size, type, ...(modified === undefined ? {} : { modified }),
  }));
  const raw = encode({ v: version, entries, blocks: manifest.blocks }, rfc8949EncodeOptions);
  if (raw.length > maxManifestBytes) throw new ParseError('F4', '', `over ${maxManifestBytes} bytes`);
  return raw;
}

/** Reads what {@link encodeManifest} writes, and nothing else. @throws ParseError (F3 to F5). */
export function parseManifest(raw: Uint8Array): Manifest {
  if (raw.length > maxManifestBytes) throw new ParseError('F4', '', `over ${maxManifestBytes} bytes`);
  const members = record(read(raw), ['v', 'entries', 'blocks']);
  const said = members['v'] ?? 0;
  if (!isInteger(said)) throw notSuch();
  if (said !== version) throw new ParseError('F4', 'v', 'unsupported version');
  const entries = members['entries'] ?? [];
  if (!Array.isArray(entries) || entries.length > maxEntries) throw notSuch();
  const manifest = { entries: entries.map(entryOf), blocks: bytesOf(members['blocks']) };
  if (!same(encodeManifest(manifest), raw)) throw notShortest();
  return manifest;
}

function entryOf(value: unknown): Entry {
  const { path = [], size = 0, type = '', modified } = record(value, ['path', 'size', 'type', 'modified']);
  if (!Array.isArray(path) || path.length > maxDepth || !path.every((name) => typeof name === 'string')) throw notSuch();
  if (typeof type !== 'string') throw notSuch();
  const entry = { path: path as string[], size: numberOf(size), type };
  return modified === undefined ? entry : { ...entry, modified: numberOf(modified) };
}

/** What a root holds: a manifest, or what {@link encodeParts} writes. */
export function isParts(root: Uint8Array): boolean {
  // A map of one member, and its name; a manifest has three.
  return same(root.subarray(0, 7), Uint8Array.of(0xa1, 0x65, 0x70, 0x61, 0x72, 0x74, 0x73));
}

/** @param digests - of the blocks that hold a manifest. */
export function encodeParts(digests: Uint8Array): Bytes {
  const count = digests.length / digestBytes;
  if (!Number.isInteger(count) || count < 1 || count > maxParts) throw new ParseError('F3', 'parts', `want 1 to ${maxParts}`);
  return encode({ parts: digests }, rfc8949EncodeOptions);
}

/** Reads what {@link encodeParts} writes, and nothing else. @throws ParseError (F3). */
export function parseParts(root: Uint8Array): Uint8Array {
  const parts = bytesOf(record(read(root), ['parts'])['parts']);
  if (!same(encodeParts(parts), root)) throw notShortest();
  return parts;
}

function read(raw: Uint8Array): unknown {
  try {
    return decode(raw, { ...strict, tokenizer: new BoundedTokenizer(raw, strict) });
  } catch {
    throw notSuch();
  }
}

function record(value: unknown, members: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) throw notSuch();
  if (Object.keys(value).some((name) => !members.includes(name))) throw notSuch();
  return value as Record<string, unknown>;
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw notSuch();
  return value;
}

/** One that is too large to be exact is out of every range, too. */
function numberOf(value: unknown): number {
  if (!isInteger(value)) throw notSuch();
  return Number(value);
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function notSuch(): ParseError {
  return new ParseError('F3', '', 'not such CBOR');
}

function notShortest(): ParseError {
  return new ParseError('F3', '', 'not the shortest such CBOR');
}
