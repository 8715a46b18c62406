/** UTF-8, strict: what is not well-formed is refused, never replaced. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes text as UTF-8. Lone surrogates must have been refused before (SPEC V7). */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Reads UTF-8. @throws TypeError when `bytes` is not well-formed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** How many bytes `text` is in UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
