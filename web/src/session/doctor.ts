/** Looks at what a connection needs from this browser, each by itself, side by side (SPEC section 12). */
import { probeBinding, probeRelay, type Connect } from '../peer/ice-probe';
import { parseIceServersAnswer, type IceServer } from '../protocol/api';
import { diagnose, findingNames, type Finding, type Findings, type FindingState } from '../protocol/diagnosis';
import type { AppConfig } from '../signaling/config';
import { within, type Timers } from '../signaling/timers';
import { clockOf } from './doctor-clock';
import type { Examined, Found } from './model';

/** What the doctor needs of the browser. */
export type DoctorDeps = {
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  /** Reads the configuration anew. @throws what fetch throws, or ParseError: another program answers. */
  readonly config: (get: typeof fetch) => Promise<AppConfig>;
  /** Null: this browser has no WebRTC. */
  readonly connect: Connect | null;
  readonly secure: boolean;
  readonly online: boolean;
  /** Whether the page may reach devices of the local network, as far as the browser says. */
  readonly permission: () => Promise<FindingState>;
  /** The app's version and the browser's kind, for the report. */
  readonly about: string;
};

/** The id of a room that nobody makes (V2): ids are random. */
const nowhere = 'A'.repeat(27);

/** How long one probe may take, in milliseconds. */
const limitMs = 6000;

/** An answer that is not one of success. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Looks at everything. What does not work is a finding.
 * @param onFound - told each finding as it is known.
 * @throws the signal's reason.
 */
export async function examine(
  deps: DoctorDeps,
  relayOnly: boolean,
  onFound: (found: Found) => void,
  signal: AbortSignal,
): Promise<Examined> {
  const all: Found[] = [];
  const note: Note = (finding, state, ms = 0) => {
    signal.throwIfAborted();
    const found = { finding, state, ms: Math.round(ms) };
    all.push(found);
    onFound(found);
  };
  await new Examination(deps, note, signal).run(relayOnly);
  const findings: Findings = Object.fromEntries(all.map(({ finding, state }) => [finding, state]));
  return { ...diagnose(findings), report: reportOf(all, findings, deps.about) };
}

type Note = (finding: Finding, state: FindingState, ms?: number) => void;

/** Owned by one {@link examine}. */
class Examination {
  readonly #deps: DoctorDeps;
  readonly #note: Note;
  readonly #signal: AbortSignal;
  #clock: FindingState = 'unknown';

  constructor(deps: DoctorDeps, note: Note, signal: AbortSignal) {
    this.#deps = deps;
    this.#note = note;
    this.#signal = signal;
  }

  async run(relayOnly: boolean): Promise<void> {
    const { connect, secure, online, permission } = this.#deps;
    this.#note('webrtc', yesIf(connect !== null));
    this.#note('webcrypto', yesIf(secure));
    this.#note('network', yesIf(online));
    this.#note('relayOnly', yesIf(relayOnly));
    this.#note('permission', await permission());
    const config = await this.#ask('site', (until) => this.#deps.config(this.#timed(until)));
    this.#note('clock', this.#clock);
    if (config === null) return;
    const token = await this.#ask('signIn', (until) => this.#signIn(config, until));
    if (token === null) return;
    await Promise.all([
      this.#ask('store', (until) => this.#readStore(config, token, until)),
      this.#ask('function', (until) => this.#iceServers(token, until)).then((servers) => this.#paths(servers)),
    ]);
  }

  /** Runs one probe within its limit and notes what came of it. Null: nothing did. */
  async #ask<T>(finding: Finding, run: (until: AbortSignal) => Promise<T>): Promise<T | null> {
    const { timers } = this.#deps;
    const began = timers.now();
    try {
      const got = await within(timers, limitMs, this.#signal, run, () => new Error('doctor: no answer'));
      this.#note(finding, 'yes', timers.now() - began);
      return got;
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#note(finding, error instanceof Refusal ? 'refused' : 'silent', timers.now() - began);
      return null;
    }
  }

  /** Fetches, and compares the clocks by the answer. */
  #timed(signal: AbortSignal): typeof fetch {
    const { fetch: get, timers } = this.#deps;
    return async (input, init) => {
      const sent = timers.now();
      const answer = await get(input, { ...init, signal, cache: 'no-store', credentials: 'omit' });
      this.#clock = clockOf(answer.headers, sent, timers.now());
      return answer;
    };
  }

  async #signIn({ project, local }: AppConfig, signal: AbortSignal): Promise<string> {
    const host = 'identitytoolkit.googleapis.com';
    const base = local === null ? `https://${host}` : `${local.authUrl}/${host}`;
    const answer = await this.#deps.fetch(`${base}/v1/accounts:signUp?key=${encodeURIComponent(project.apiKey)}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"returnSecureToken":true}',
      signal,
      credentials: 'omit',
    });
    const said: unknown = JSON.parse(await bodyOf(answer));
    if (typeof said !== 'object' || said === null || !('idToken' in said) || typeof said.idToken !== 'string') {
      throw new Refusal('doctor: no token');
    }
    return said.idToken;
  }

  /** Reads a room that nobody made, which everybody may (D9). */
  async #readStore({ project, local }: AppConfig, token: string, signal: AbortSignal): Promise<void> {
    const base =
      local === null
        ? 'https://firestore.googleapis.com'
        : `${local.firestore.ssl ? 'https' : 'http'}://${local.firestore.host}`;
    const path = `/v1/projects/${project.projectId}/databases/(default)/documents/rooms/${nowhere}`;
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await this.#deps.fetch(base + path, { headers, signal, credentials: 'omit' });
    if (answer.status !== 404) await bodyOf(answer);
  }

  async #iceServers(token: string, signal: AbortSignal): Promise<readonly IceServer[]> {
    const answer = await this.#deps.fetch('/api/ice-servers', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{}',
      signal,
      credentials: 'omit',
    });
    const { iceServers, relay } = parseIceServersAnswer(await bodyOf(answer));
    this.#note('relay', yesIf(relay !== 'unavailable'));
    return iceServers;
  }

  /** Everything that the function names, side by side. */
  async #paths(servers: readonly IceServer[] | null): Promise<void> {
    const { connect, timers } = this.#deps;
    if (connect === null || servers === null) return;
    const single = servers.flatMap((server) => server.urls.map((url) => ({ ...server, urls: [url] })));
    const of = (kind: Finding) => single.filter(({ urls: [url] }) => kindOf(url ?? '') === kind);
    const began = timers.now();
    const binding = async () => {
      const { stun, nat } = await probeBinding(connect, [...of('stun'), ...of('turnUdp')], timers, limitMs);
      this.#note('stun', stun, timers.now() - began);
      this.#note('nat', nat, timers.now() - began);
    };
    const relay = async (kind: Finding) => {
      const states = await Promise.all(of(kind).map((server) => probeRelay(connect, server, timers, limitMs)));
      this.#note(kind, best(states), timers.now() - began);
    };
    await Promise.all([binding(), relay('turnUdp'), relay('turnTcp'), relay('turnTls')]);
  }
}

function yesIf(is: boolean): FindingState {
  return is ? 'yes' : 'no';
}

/** The body of a good answer. @throws Refusal for a bad one; Error for one of a server in trouble. */
async function bodyOf(answer: Response): Promise<string> {
  if (answer.status >= 500 || answer.status === 429) throw new Error('doctor: not now');
  if (!answer.ok) throw new Refusal('doctor: no');
  return answer.text();
}

/** Which finding a server belongs to. */
export function kindOf(url: string): Finding {
  if (url.startsWith('turns:')) return 'turnTls';
  if (!url.startsWith('turn:')) return 'stun';
  return url.includes('transport=tcp') ? 'turnTcp' : 'turnUdp';
}

/** Of several servers of one kind the best counts (G1). */
function best(states: readonly FindingState[]): FindingState {
  if (states.length === 0) return 'absent';
  const order: readonly FindingState[] = ['yes', 'refused', 'full', 'untrusted', 'closed'];
  return order.find((state) => states.includes(state)) ?? 'silent';
}

const took = (ms: number) => (ms > 0 ? `, ${ms} ms` : '');

/** The report to copy (G7). */
function reportOf(all: readonly Found[], findings: Findings, about: string): string {
  const { cause, outlook } = diagnose(findings);
  const lines = findingNames.flatMap((name) =>
    all.filter(({ finding }) => finding === name).map(({ state, ms }) => `${name}: ${state}${took(ms)}`),
  );
  return ['Parley check', about, `cause: ${cause} (${outlook})`, ...lines, ''].join('\n');
}
