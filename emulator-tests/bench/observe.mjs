// What a benchmark sees of a page from inside it. Installed before the app's own code; changes nothing
// that the app does, only watches: when a person clicked, when the channel opened, and what went to
// and came from Firestore.

/** Runs in the page, before anything else there. */
export function observe() {
  const clock = () => performance.timeOrigin + performance.now();
  const seen = { clicked: 0, opened: 0, proved: 0, crypto: 0, channel: undefined, reads: 0, writes: 0, deletes: 0, calls: 0 };
  window.observed = seen;
  addEventListener('pointerup', () => (seen.clicked = clock()), { capture: true });

  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...parameters) {
    const channel = create.apply(this, parameters);
    channel.addEventListener('open', () => {
      seen.opened = clock();
      seen.channel = channel;
    });
    // The first frame is the other's proof.
    channel.addEventListener('message', () => (seen.proved ||= clock()));
    return channel;
  };

  const fetchBefore = window.fetch;
  window.fetch = async (input, init) => {
    const url = String(input?.url ?? input);
    if (url.includes('/api/quick-match')) seen.calls += 1;
    if (input instanceof Request && input.method === 'POST') countWrites(url, await input.clone().text());
    else if (init?.method === 'POST') countWrites(url, init.body);
    const answer = await fetchBefore(input, init);
    if (!url.includes('/Listen/channel') || answer.body === null) return answer;
    const [app, ours] = answer.body.tee();
    void countReads(ours);
    return new Response(app, { status: answer.status, headers: answer.headers });
  };

  // The SDK's calls that are no stream go by XMLHttpRequest.
  const urls = new WeakMap();
  const openBefore = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    urls.set(this, String(url));
    return openBefore.call(this, method, url, ...rest);
  };
  const sendBefore = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    countWrites(urls.get(this) ?? '', body);
    return sendBefore.call(this, body);
  };

  /** A commit, or a forward POST of WebChannel: form fields req0___data__, req1___data__ …, each one message. */
  function countWrites(url, body) {
    if (typeof body !== 'string') return;
    if (url.includes('documents:commit')) countCommit(JSON.parse(body));
    if (!url.includes('/Write/channel')) return;
    for (const [field, value] of new URLSearchParams(body)) {
      if (/^req\d+___data__$/.test(field)) countCommit(JSON.parse(value));
    }
  }

  function countCommit({ writes = [] }) {
    for (const write of writes) {
      if ('delete' in write) seen.deletes += 1;
      else seen.writes += 1;
    }
  }

  /** A back channel of WebChannel: chunks of «length, line break, JSON array». */
  async function countReads(stream) {
    const filled = new Set();
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const length = Number(text.slice(0, end));
        if (text.length < end + 1 + length) break;
        for (const [, messages] of JSON.parse(text.slice(end + 1, end + 1 + length))) {
          for (const message of messages) countMessage(message, filled);
        }
        text = text.slice(end + 1 + length);
      }
    }
  }

  /** A document delivered is a read; a listener that finds nothing is billed one as well. */
  function countMessage(message, filled) {
    for (const id of message.documentChange?.targetIds ?? []) {
      seen.reads += 1;
      filled.add(id);
    }
    if (message.targetChange?.targetChangeType !== 'CURRENT') return;
    for (const id of message.targetChange.targetIds ?? []) {
      if (!filled.has(id)) seen.reads += 1;
      filled.add(id);
    }
  }
}

/** Runs after {@link observe}: what WebCrypto is asked for from the click on. Calls beside each other count twice. */
export function observeCrypto() {
  const seen = window.observed;
  for (const method of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    const call = Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, method).value;
    if (typeof call !== 'function' || method === 'constructor') continue;
    SubtleCrypto.prototype[method] = async function (...parameters) {
      const start = performance.now();
      try {
        return await call.apply(this, parameters);
      } finally {
        if (seen.clicked > 0) seen.crypto += performance.now() - start;
      }
    };
  }
}

/** Runs after {@link observe}: how far a meeting was when. Times of 0 have not come. */
export function observeSteps() {
  const seen = window.observed;
  const reached = (step) => (seen[step] ||= performance.timeOrigin + performance.now());
  Object.assign(seen, { paired: 0, written: 0, remote: 0 });

  // Who waits is answered twice at most, and who is paired at once, once: the first answer counts.
  const fetchBefore = window.fetch;
  window.fetch = async (input, init) => {
    const answer = await fetchBefore(input, init);
    if (String(input?.url ?? input).includes('/api/quick-match')) reached('paired');
    return answer;
  };

  // The offer or answer is the first that a page writes; what it sends before that, to be quick then, is empty.
  const sendBefore = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    if (typeof body === 'string' && body.startsWith('{"writes":[{')) reached('written');
    return sendBefore.call(this, body);
  };

  // The other's description, as it is taken.
  const setRemoteBefore = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...parameters) {
    reached('remote');
    return setRemoteBefore.apply(this, parameters);
  };
}
