// The thing compared with: bare peer connections, and the channel of SPEC C1.

/** Runs in a page: two peer connections in it, and a signaler that is a function call. Resolves with milliseconds. */
export async function bareSetup() {
  const start = performance.now();
  const sides = [new RTCPeerConnection(), new RTCPeerConnection()];
  const opened = sides.map((side) => {
    const channel = side.createDataChannel('chat', { negotiated: true, id: 0 });
    return new Promise((resolve) => channel.addEventListener('open', resolve));
  });
  const described = sides.map(() => Promise.withResolvers());
  sides.forEach((side, i) => {
    side.addEventListener('icecandidate', async ({ candidate }) => {
      await described[1 - i].promise;
      await sides[1 - i].addIceCandidate(candidate);
    });
  });
  const [caller, callee] = sides;
  await caller.setLocalDescription();
  await callee.setRemoteDescription(caller.localDescription);
  described[1].resolve();
  await callee.setLocalDescription();
  await caller.setRemoteDescription(callee.localDescription);
  described[0].resolve();
  await Promise.all(opened);
  const took = performance.now() - start;
  for (const side of sides) side.close();
  return took;
}

/** Runs in a page: one end of a bare pair across two pages, complete candidates in its description. */
export function bareEnd() {
  const side = new RTCPeerConnection();
  const channel = side.createDataChannel('chat', { negotiated: true, id: 0 });
  const open = new Promise((resolve) => channel.addEventListener('open', resolve));
  const gathered = () =>
    new Promise((resolve) => {
      if (side.iceGatheringState === 'complete') resolve();
      side.addEventListener('icegatheringstatechange', () => side.iceGatheringState === 'complete' && resolve());
    });
  window.bare = {
    channel,
    open,
    close: () => side.close(),
    /** Answers with an offer, or with the answer to the offer given. */
    async describe(offer) {
      if (offer) await side.setRemoteDescription(offer);
      await side.setLocalDescription();
      await gathered();
      return side.localDescription.toJSON();
    },
    accept: (answer) => side.setRemoteDescription(answer),
  };
}

/** Connects two pages' bare ends; `window.bare.channel` is open in both when this resolves. */
export async function connectPages(caller, callee) {
  await Promise.all([caller.evaluate(bareEnd), callee.evaluate(bareEnd)]);
  const offer = await caller.evaluate(() => window.bare.describe());
  const answer = await callee.evaluate((o) => window.bare.describe(o), offer);
  await caller.evaluate((a) => window.bare.accept(a), answer);
  await Promise.all([caller, callee].map((page) => page.evaluate(() => window.bare.open.then(() => true))));
}

/** Runs in a page: answers each frame that begins like `ping` with the same frame. */
export function echoOn(channel, ping) {
  channel.addEventListener('message', ({ data }) => {
    if (typeof data === 'string' && data.startsWith(ping)) channel.send(data);
  });
}

/**
 * Runs in a page: `count` times `each` round trips, one after the other; resolves with the mean of each
 * group in microseconds (a page's clock has steps of 100).
 */
export async function roundTrips(channel, frame, count, each) {
  const trip = () =>
    new Promise((resolve) => {
      channel.addEventListener('message', resolve, { once: true });
      channel.send(frame);
    });
  const means = [];
  for (let group = 0; group < count; group += 1) {
    const start = performance.now();
    for (let i = 0; i < each; i += 1) await trip();
    means.push(((performance.now() - start) * 1000) / each);
  }
  return means;
}
