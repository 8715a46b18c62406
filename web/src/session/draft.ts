/** A connection before and after it is open, with its events going to whoever is responsible at the time. */
import type { Role } from '../protocol/api';
import type { Restart } from '../protocol/message';
import type { Batch } from '../protocol/payload';
import type { FailureName } from '../protocol/failures';
import type { Signer } from '../protocol/signing';
import type { PeerEnd, PeerObserver, Said } from '../peer/connection';
import type { Path } from '../peer/path';
import type { Proved } from '../peer/proving';
import type { IceList } from './ice-cache';
import type { Journey } from './journey';
import type { Meeting, PeerPlan, PeerPort } from './ports';
import type { Scope } from './scope';

/** Who brings the connection about. */
export type LinkHandlers = {
  batch(number: number, batch: Batch): void;
  opening(): void;
  open(proved: Proved): void;
  /** It ended before it was open. */
  failed(failure: FailureName): void;
};

/** Who talks over it, from `open` on. */
export type TalkHandlers = {
  said(said: Said | Restart): void;
  sent(numbers: readonly number[]): void;
  steady(steady: boolean): void;
  path(path: Path): void;
  ended(how: Exclude<PeerEnd, 'failed' | 'tampered'>): void;
};

/** Who owns one that carries frames, from `open` on. */
export type FrameHandlers = Pick<TalkHandlers, 'steady' | 'path' | 'ended'> & {
  frame(frame: string): void;
  /** Nothing waits any more of what was pushed. */
  drained(): void;
};

type Handlers = Partial<TalkHandlers> & Partial<FrameHandlers>;

/** One connection and where its events go. Talk that comes before somebody listens is kept, in order. */
export class Draft implements PeerObserver {
  readonly peer: PeerPort;
  /** What it was made with. */
  readonly ice: Promise<IceList>;
  #link: LinkHandlers | null = null;
  #talk: Handlers | null = null;
  #early: ((talk: Handlers) => void)[] = [];

  /** @throws Failure `browser_too_old`. */
  constructor(meeting: Pick<Meeting, 'connect'>, plan: PeerPlan, ice: Promise<IceList>) {
    this.ice = ice;
    this.peer = meeting.connect(plan, this);
  }

  /** From now on `handlers` brings it about; null: nobody. */
  link(handlers: LinkHandlers | null): void {
    this.#link = handlers;
  }

  /** From now on `handlers` talks over it, and gets first what came before. */
  talk(handlers: TalkHandlers | FrameHandlers): void {
    this.#talk = handlers;
    for (const tell of this.#early.splice(0)) tell(handlers);
  }

  /** Closes the connection unless somebody talks over it. */
  abandon(): void {
    if (this.#talk === null) this.peer.close();
  }

  batch(number: number, batch: Batch): void {
    this.#link?.batch(number, batch);
  }

  opening(): void {
    this.#link?.opening();
  }

  open(proved: Proved): void {
    this.#link?.open(proved);
  }

  said(said: Said | Restart): void {
    this.#tell((talk) => talk.said?.(said));
  }

  sent(numbers: readonly number[]): void {
    this.#tell((talk) => talk.sent?.(numbers));
  }

  frame(frame: string): void {
    this.#tell((talk) => talk.frame?.(frame));
  }

  drained(): void {
    this.#tell((talk) => talk.drained?.());
  }

  steady(steady: boolean): void {
    this.#tell((talk) => talk.steady?.(steady));
  }

  path(path: Path): void {
    this.#tell((talk) => talk.path?.(path));
  }

  ended(how: PeerEnd): void {
    if (how === 'failed') this.#link?.failed('connection_failed');
    else if (how === 'tampered') this.#link?.failed('tampered');
    else this.#tell((talk) => talk.ended?.(how));
  }

  #tell(tell: (talk: Handlers) => void): void {
    if (this.#talk === null) this.#early.push(tell);
    else tell(this.#talk);
  }
}

const forTexts = { carries: 'texts', whole: false } as const;

/**
 * A connection with the ICE servers of now, which come while it is made: without them nothing is described.
 * @param signer - who we are to the other side.
 * @param scope - closes the connection at its end, unless somebody has taken it over.
 * @param use - what will be said over it, and how it is brought about.
 * @throws Failure; Ended.
 */
export async function newDraft(
  journey: Journey, role: Role, signer: Promise<Signer>, scope: Scope, use: Pick<PeerPlan, 'carries' | 'whole'> = forTexts,
): Promise<Draft> {
  const { relayOnly } = journey.settings;
  const ice = journey.shared.ice.get(relayOnly, scope.signal);
  const iceServers = ice.then(({ servers }) => servers);
  // That they cannot be had counts when they are needed.
  iceServers.catch(() => undefined);
  const [meeting, self] = await scope.wait(Promise.all([journey.meeting, signer]));
  const draft = new Draft(meeting, { role, iceServers, relayOnly, signer: self, ...use }, ice);
  scope.defer(() => draft.abandon());
  return draft;
}
