/** Which encodings of points a signature may have (SPEC E2). */

const pointBytes = 32;
const last = pointBytes - 1;

/** The y of the eight points of small order, without the sign of x: 0, 1, −1, and two of order 8. */
const smallOrder: ReadonlySet<string> = new Set([
  '00'.repeat(pointBytes),
  `01${'00'.repeat(last)}`,
  `ec${'ff'.repeat(last - 1)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** Whether 32 bytes can be the encoding of a point that is not of small order, in its one form. */
export function isOrdinaryPoint(bytes: Uint8Array): boolean {
  const y = bytes.map((byte, i) => (i === last ? byte & 0x7f : byte));
  // y < 2²⁵⁵ − 19, least significant byte first.
  const canonical = y[0] as number < 0xed || y[last] !== 0x7f || y.subarray(1, last).some((byte) => byte !== 0xff);
  return canonical && !smallOrder.has(Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

/** Whether identity and signature are of ordinary points: what is left to check is the equation. */
export function haveOrdinaryPoints(identity: Uint8Array, signature: Uint8Array): boolean {
  return isOrdinaryPoint(identity) && isOrdinaryPoint(signature.subarray(0, pointBytes));
}
