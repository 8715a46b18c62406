/**
 * The order in which a link's descriptions and candidates may be applied (SPEC S1–S3), as a pure machine:
 *
 *     idle ──start──► signaling ──local+remote──► connecting ──open──► connected
 *       └───────────────┴───────── close ───────────┴──────────────────────┴────► closed
 *
 * It does nothing itself; whoever drives it applies what {@link step} releases.
 */
import type { Role } from './api';
import { maxBatches, maxKeptCandidates } from './limits';
import type { Candidate } from './payload';

/** How far an attempt has come (S1). */
export type Phase = 'idle' | 'signaling' | 'connecting' | 'connected' | 'closed';

/** What happened (S1, S3). `number` is the batch's number in its collection. */
export type NegotiationEvent =
  | { readonly do: 'start'; readonly role: Role }
  | { readonly do: 'local' }
  | { readonly do: 'remote' }
  | { readonly do: 'open' }
  | { readonly do: 'close' }
  | { readonly do: 'candidates'; readonly number: number; readonly candidates: readonly Candidate[] };

/** The whole state of one negotiation. */
export type Negotiation = {
  readonly phase: Phase;
  /** Null until `start`. */
  readonly role: Role | null;
  readonly local: boolean;
  readonly remote: boolean;
  /** Candidates that came before the remote description, in order of arrival; at most 128 (S3). */
  readonly kept: readonly Candidate[];
  /** Batch numbers seen (S3). */
  readonly seen: ReadonlySet<number>;
};

/** What became of an event: refused ones change nothing (S1); `release` is to be applied now, in order. */
export type NegotiationStep = {
  readonly state: Negotiation;
  readonly ok: boolean;
  readonly release: readonly Candidate[];
};

/** Where every negotiation begins. */
export const newNegotiation: Negotiation = {
  phase: 'idle',
  role: null,
  local: false,
  remote: false,
  kept: [],
  seen: new Set(),
};

/** Applies one event. Pure: the state passed in stays as it was. */
export function step(state: Negotiation, event: NegotiationEvent): NegotiationStep {
  switch (event.do) {
    case 'start':
      if (state.phase !== 'idle' || !isRole(event.role)) return refuse(state);
      return accept({ ...state, phase: 'signaling', role: event.role });
    case 'local':
      if (state.phase !== 'signaling' || state.local) return refuse(state);
      if (state.role === 'callee' && !state.remote) return refuse(state);
      return accept(describe({ ...state, local: true }));
    case 'remote':
      if (state.phase !== 'signaling' || state.remote) return refuse(state);
      if (state.role === 'caller' && !state.local) return refuse(state);
      return accept(describe({ ...state, remote: true, kept: [] }), state.kept);
    case 'open':
      return state.phase === 'connecting' ? accept({ ...state, phase: 'connected' }) : refuse(state);
    case 'close':
      return accept({ ...state, phase: 'closed', kept: [] });
    case 'candidates':
      return takeBatch(state, event.number, event.candidates);
  }
}

function takeBatch(state: Negotiation, number: number, candidates: readonly Candidate[]): NegotiationStep {
  if (state.phase === 'idle' || state.phase === 'closed') return accept(state);
  if (!Number.isInteger(number) || number < 0 || number >= maxBatches || state.seen.has(number)) return accept(state);
  const seen = new Set(state.seen).add(number);
  if (state.remote) return accept({ ...state, seen }, candidates);
  return accept({ ...state, seen, kept: [...state.kept, ...candidates].slice(0, maxKeptCandidates) });
}

function describe(state: Negotiation): Negotiation {
  return state.local && state.remote ? { ...state, phase: 'connecting' } : state;
}

function isRole(role: Role): boolean {
  return role === 'caller' || role === 'callee';
}

function accept(state: Negotiation, release: readonly Candidate[] = []): NegotiationStep {
  return { state, ok: true, release };
}

function refuse(state: Negotiation): NegotiationStep {
  return { state, ok: false, release: [] };
}
