/** Two strangers who lose each other find each other again, in a link room that nobody else knows (SPEC M8). */
import type { Role } from '../protocol/api';
import { Failure } from '../protocol/failures';
import type { IdentityKey } from '../protocol/ids';
import { newRoomCode, roomIdOf, type RoomCode } from '../protocol/room-code';
import type { Signer } from '../protocol/signing';
import type { Proved } from '../peer/proving';
import { Calls } from './calls';
import { converse, type Lifeline } from './conversation';
import type { Draft } from './draft';
import type { Journey } from './journey';
import { earlierMembers, writeMember } from './membership';
import { pausesForTheLost } from './pauses';
import { Awaited, type Scope } from './scope';

/** Somebody whom nobody knew, at the other end of an open connection. */
export type Stranger = {
  readonly draft: Draft;
  readonly proved: Proved;
  /** Ours in the link. */
  readonly role: Role;
  /** Who we are to them. */
  readonly signer: Promise<Signer>;
};

/** Whom to look for, and where. */
type Reunion = {
  readonly code: RoomCode;
  readonly signer: Promise<Signer>;
  readonly identity: IdentityKey;
  readonly met: (draft: Draft, proved: Proved) => void;
};

/** Begins a conversation with a stranger; it lasts until one of them leaves, or they do not find each other again. */
export function talkTo(journey: Journey, { draft, proved, role, signer }: Stranger): void {
  const { identity } = proved;
  const reunion = role === 'caller' ? newRoomCode(journey.deps.random) : null;
  const lifeline: Lifeline = {
    reunion,
    search(told) {
      const code = reunion ?? told;
      if (code === null) return null;
      const met = (found: Draft, again: Proved) => journey.conversation?.connect(found, again, lifeline);
      return lookFor(journey, { code, signer, identity, met });
    },
  };
  converse(journey, draft, proved, lifeline);
}

/** @returns what ends it, and leaves the room. */
function lookFor(journey: Journey, reunion: Reunion): () => void {
  const scope = journey.scope.child();
  void lookOn(journey, scope, reunion);
  return () => void scope.end();
}

/** Enters the room, and again when the store cannot be reached, until the scope ends. */
async function lookOn(journey: Journey, scope: Scope, reunion: Reunion): Promise<void> {
  for (const ms of pausesForTheLost(journey.deps.random)) {
    const round = scope.child();
    // Whatever went wrong may go right the next time.
    await meetIn(journey, round, reunion).catch(() => undefined);
    await round.end();
    if (scope.ended) return;
    const paused = new Awaited<void>();
    journey.again(scope, ms, () => paused.resolve());
    await scope.wait(paused.promise).catch(() => undefined);
    if (scope.ended) return;
  }
}

/** One stay in the room; it ends only by what goes wrong. @throws Failure; Ended. */
async function meetIn(journey: Journey, scope: Scope, { code, signer, identity, met }: Reunion): Promise<never> {
  const { store, random, identity: account } = journey.deps;
  const uid = await scope.wait(account.signIn(scope.signal));
  const meeting = await scope.wait(journey.meeting);
  const parts = [roomIdOf(code, journey.subtle()), meeting.newKey(), meeting.roomSealer(code)] as const;
  const [roomId, { key }, sealer] = await scope.wait(Promise.all(parts));
  const self = { roomId, uid, key, sealer, signer };
  const calls = new Calls(journey, {
    self,
    scope,
    admit: async ({ proved }) => {
      if (proved.identity !== identity) throw new Failure('tampered');
      return (draft) => met(draft, proved);
    },
  });
  scope.defer(() => store.leaveRoom(roomId, uid));
  await scope.wait(writeMember(store, self));
  const over = new Awaited<never>();
  scope.defer(store.watchCalls(roomId, uid, { next: (found) => calls.heard(found), fail: (failure) => over.reject(failure) }));
  calls.call(scope, await earlierMembers(store, scope, self), () => pausesForTheLost(random));
  return scope.wait(over.promise);
}
