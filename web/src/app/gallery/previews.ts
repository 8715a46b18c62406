/** What the gallery's files show: made here, so that nothing has to be loaded. */

/** The address of a picture: an evening over a field. */
export function pictureOf(width: number, height: number): string {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  if (pen === null) return '';
  const sky = pen.createLinearGradient(0, 0, 0, height);
  for (const [place, colour] of [[0, '#274060'], [0.55, '#e0a458'], [0.72, '#f4d9a0'], [0.73, '#3d4a2a'], [1, '#20281a']] as const)
    sky.addColorStop(place, colour);
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#fff3cf';
  pen.beginPath();
  pen.arc(width * 0.68, height * 0.55, Math.min(width, height) * 0.09, 0, 2 * Math.PI);
  pen.fill();
  const base64 = canvas.toDataURL('image/png').split(',')[1] ?? '';
  return address(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), 'image/png');
}

/** The address of two seconds of silence. */
export function soundOf(): string {
  const [rate, seconds] = [8000, 2];
  const bytes = new Uint8Array(44 + rate * seconds).fill(128, 44);
  const view = new DataView(bytes.buffer);
  const words = (at: number, letters: string) => bytes.set(new TextEncoder().encode(letters), at);
  words(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  words(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  words(36, 'data');
  view.setUint32(40, rate * seconds, true);
  return address(bytes, 'audio/wav');
}

function address(bytes: Uint8Array<ArrayBuffer>, type: string): string {
  return URL.createObjectURL(new Blob([bytes], { type }));
}
