/** Arrays of numbers that grow. */

/** The array if it has room for so many numbers, or else a copy that has. */
export function grown<Numbers extends Uint8Array | Uint16Array | Int32Array>(
  array: Numbers,
  length: number,
  make: (length: number) => Numbers,
): Numbers {
  if (length <= array.length) return array;
  const more = make(Math.max(length, 2 * array.length));
  more.set(array);
  return more;
}
