/** The name of a room's copy: what file systems take, whatever the room is called. */
export function fileName(room: string, form: 'json' | 'text'): string {
  const name = room
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
  return `parley-${[...name].slice(0, 60).join('') || 'room'}.${form === 'json' ? 'json' : 'txt'}`;
}

/** Hands a file to the person, as a download. */
export function handOver(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it when the click is over; some read it a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
