/** What can happen between two people: the network of one goes, their connection breaks, a page stands still. */
import type { CDPSession } from 'playwright-core';
import { layWire, type Wire } from './network.ts';
import type { Person } from './person.ts';

declare global {
  /** The data channels of the page; see {@link keepsChannels}. */
  var channels: RTCDataChannel[];
  /** The connections that they are of. */
  var connections: RTCPeerConnection[];
}

/** One person's line to all others. */
export type Line = {
  /** While `during` runs nothing leaves the page or comes to it, neither by WebRTC nor otherwise. */
  cut(during: () => Promise<void>): Promise<void>;
};

/**
 * Takes hold of somebody's line, on their first screen: they hide their address, and the way to the relay is the
 * test's. (Chromium's own means to take a page off the network have hold of some connections and not of others.) It is
 * let go when their browser closes.
 */
export async function lineOf(person: Person): Promise<Line> {
  const wires: Wire[] = [];
  person.context.once('close', () => wires.forEach((wire) => wire.close()));
  await person.context.route('**/api/ice-servers', async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { iceServers: { urls: string[] }[] };
    const byUDP = list.iceServers.flatMap(({ urls }) => urls).find((url) => /^turn:.*=udp$/.test(url)) ?? '';
    const wire = await layWire(byUDP.replace(/^turn:|\?.*$/g, ''));
    wires.push(wire);
    const iceServers = list.iceServers
      .filter(({ urls }) => urls.includes(byUDP))
      .map((server) => ({ ...server, urls: [`turn:${wire.address}?transport=udp`] }));
    await route.fulfill({ response, json: { ...list, iceServers } });
  });
  await person.hidesTheirAddress();
  const set = async (cut: boolean) => {
    for (const wire of wires) wire.cut = cut;
    await person.context.setOffline(cut);
  };
  return {
    async cut(during) {
      await set(true);
      try {
        await during();
      } finally {
        await set(false);
      }
    },
  };
}

/** No script of the page runs while `during` does, as in a tab that was put to sleep. Its connections live on. */
export async function asleep(person: Person, during: () => Promise<void>): Promise<void> {
  const tools: CDPSession = await person.context.newCDPSession(person.page);
  await tools.send('Debugger.enable');
  await tools.send('Debugger.pause');
  try {
    await during();
  } finally {
    // Also takes back a pause that never came to be.
    await tools.send('Debugger.disable');
    await tools.detach();
  }
}

/** Breaks their connection without a word. Their page was opened with {@link keepsChannels}. */
export async function breakOff(person: Person): Promise<void> {
  await person.page.evaluate(() => globalThis.channels.at(-1)?.close());
}

/** Keeps the page's data channels and connections where the test finds them. */
export function keepsChannels(): void {
  globalThis.channels = [];
  globalThis.connections = [];
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...given) {
    const channel = create.apply(this, given);
    // Each connection has one for words; those of rooms have one for blocks beside it.
    if (channel.label === 'chat') {
      globalThis.channels.push(channel);
      globalThis.connections.push(this);
    }
    return channel;
  };
}
