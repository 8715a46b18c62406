/** What can happen between two people: the network of one goes, their connection breaks, a page stands still. */
import type { CDPSession } from 'playwright-core';
import type { Person } from './person.ts';

declare global {
  /** The data channels of the page; see {@link keepsChannels}. */
  var channels: RTCDataChannel[];
  /** The connections that they are of. */
  var connections: RTCPeerConnection[];
}

/** Everything passes: but Chromium looks at the packets of WebRTC only if there was a rule when it began. */
const whole = {
  urlPattern: '', latency: 0, downloadThroughput: -1, uploadThroughput: -1, packetLoss: 0, packetQueueLength: 1000,
};
const gone = { ...whole, packetLoss: 100 };

/** One person's line to all others. */
export type Line = {
  /** While `during` runs nothing leaves the page or comes to it, neither by WebRTC nor otherwise. */
  cut(during: () => Promise<void>): Promise<void>;
};

/**
 * Takes hold of somebody's line; to be done before they call. It is let go when their browser closes. Chromium has hold
 * of a page's first connection only, so this is for who calls, and not for who waits and is called.
 */
export async function lineOf(person: Person): Promise<Line> {
  const tools = await person.context.newCDPSession(person.page);
  const rule = (offline: boolean) => {
    const matchedNetworkConditions = [offline ? gone : whole];
    return tools.send('Network.emulateNetworkConditionsByRule', { offline, matchedNetworkConditions });
  };
  await tools.send('Network.enable');
  await rule(false);
  return {
    async cut(during) {
      await rule(true);
      try {
        await during();
      } finally {
        await rule(false);
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
    globalThis.channels.push(channel);
    globalThis.connections.push(this);
    return channel;
  };
}
