import { describe, expect, it } from 'vitest';
import { BlockLine, type BlockListener } from './block-line';

/** A channel that the test opens and drains, at a time that it sets. */
class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting';
  binaryType = 'blob';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: number[] = [];

  send(frame: Uint8Array): void {
    this.sent.push(frame.byteLength);
    this.bufferedAmount += frame.byteLength;
  }

  close(): void {
    this.readyState = 'closed';
  }

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }

  leaves(bytes: number): void {
    const before = this.bufferedAmount;
    this.bufferedAmount -= bytes;
    const low = this.bufferedAmountLowThreshold;
    if (before > low && this.bufferedAmount <= low) this.dispatchEvent(new Event('bufferedamountlow'));
  }

  comes(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function newLine() {
  const channel = new FakeChannel();
  const made: unknown[] = [];
  const connection = {
    createDataChannel: (...how: unknown[]) => {
      made.push(...how);
      return channel;
    },
  } as unknown as RTCPeerConnection;
  const time = { now: 1000 };
  const line = new BlockLine(connection, () => time.now);
  const frames: number[] = [];
  const rooms: number[] = [];
  const listener: BlockListener = {
    frame: (frame) => void frames.push(frame.byteLength),
    drained: (room) => void rooms.push(room),
  };
  return { channel, frames, line, listener, made, rooms, time };
}

/** Fills the channel, and lets it run empty in so many ms. */
function run({ channel, line, time }: ReturnType<typeof newLine>, ms: number): number {
  const { room } = line;
  for (let left = room; left > 0; left -= 16_384) line.send(new Uint8Array(Math.min(16_384, left)));
  for (let i = 0; i < 4; i++) {
    time.now += ms / 4;
    channel.leaves(room / 4);
  }
  return line.room;
}

describe('[B3] the channel for blocks', () => {
  it('is known beforehand, in order, and holds 64 KiB at first', () => {
    const { channel, line, listener, made, rooms } = newLine();
    expect(made).toEqual(['blocks', { negotiated: true, id: 1, ordered: true }]);
    expect([channel.binaryType, line.room]).toEqual(['arraybuffer', 0]);
    line.listen(listener);
    channel.open();
    expect([line.room, rooms]).toEqual([65_536, [65_536]]);
    line.send(new Uint8Array(60_000));
    expect(line.room).toBe(5536);
    line.send(new Uint8Array(60_000));
    expect(line.room).toBe(0);
  });

  it('holds what leaves in about 50 ms, between 64 KiB and 1 MiB', () => {
    const here = newLine();
    here.channel.open();
    for (let i = 0; i < 12; i++) run(here, 1);
    expect(here.line.room, 'a fast line').toBe(1_048_576);
    for (let i = 0; i < 12; i++) run(here, here.line.room / 4000);
    expect(here.line.room, '4 MB/s').toBeGreaterThan(150_000);
    expect(here.line.room, '4 MB/s').toBeLessThan(250_000);
    for (let i = 0; i < 12; i++) run(here, 10_000);
    expect(here.line.room, 'a slow line').toBe(65_536);
  });

  it('tells when half has left, and when all has', () => {
    const { channel, line, listener, rooms, time } = newLine();
    channel.open();
    line.listen(listener);
    rooms.length = 0;
    line.send(new Uint8Array(65_536));
    time.now += 100_000;
    channel.leaves(16_384);
    expect(rooms).toEqual([]);
    channel.leaves(16_384);
    expect(rooms).toEqual([32_768]);
    time.now += 100_000;
    channel.leaves(32_768);
    expect(rooms).toEqual([32_768, 65_536]);
  });

  it('keeps what comes before somebody listens, 1 MiB of it, and drops what is no frame', () => {
    const { channel, frames, line, listener } = newLine();
    channel.open();
    for (const data of ['text', new ArrayBuffer(65_536), new ArrayBuffer(3)]) channel.comes(data);
    for (let i = 0; i < 17; i++) channel.comes(new ArrayBuffer(65_535));
    expect(frames).toEqual([]);
    line.listen(listener);
    expect(frames).toEqual([3, ...Array.from({ length: 16 }, () => 65_535)]);
    channel.comes(new ArrayBuffer(5));
    expect(frames.at(-1)).toBe(5);
    line.listen(null);
    channel.comes(new ArrayBuffer(6));
    expect(frames.at(-1)).toBe(5);
  });

  it('ends with its connection', () => {
    const { channel, line } = newLine();
    channel.open();
    line.close();
    line.send(new Uint8Array(1));
    expect([channel.readyState, channel.sent, line.room]).toEqual(['closed', [], 0]);
  });
});
