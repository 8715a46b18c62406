/**
 * What the session shows and what it can be told: the whole contract between the logic (`session`)
 * and the screens (`ui`). No DOM, no React, no Firebase in here.
 *
 * The session is one value, {@link SessionState}, that changes over time; screens draw it and call
 * {@link Session}'s verbs. Every state that a person can be in is one member of the union, so a
 * screen that forgets one does not compile.
 */
import type { Cause, Finding, FindingState, Outlook } from '../protocol/diagnosis';
import type { FailureName } from '../protocol/failures';
import type { Line, Path } from '../peer/path';
import type { RoomState, RoomsVerbs, RoomVerbs } from './room-model';

export type { Cause, Finding, FindingState, Outlook } from '../protocol/diagnosis';

/** Milliseconds since the Unix epoch, of this device's clock. */
export type EpochMs = number;

/** A failure with a name (SPEC section 8, closed list). */
export type { FailureName } from '../protocol/failures';

/** Where a person was going: to a stranger, or into a room that a link names. */
export type Purpose = 'stranger' | 'room';

/** The steps from a click to an open channel, in their order. */
export type ConnectStep =
  | 'signing-in' // anonymous sign-in
  | 'asking' // asking the function for a partner, or reading the room
  | 'exchanging' // offer and answer travel through Firestore
  | 'checking' // ICE looks for a path
  | 'opening'; // DTLS, SCTP, the channel

/** How bytes travel, from getStats' selected candidate pair. */
export type { Carrier, Line, Path } from '../peer/path';

/** One line of talk. */
export type Message = {
  /** Unique in this session. */
  readonly id: string;
  readonly from: 'me' | 'them';
  /** 1 to 10 000 characters (SPEC C3), shown as plain text. */
  readonly text: string;
  /** When it was sent from here or arrived here. */
  readonly at: EpochMs;
  /**
   * `sending`: the other has not said that it arrived. `failed`: nor did they when the conversation ended; it is sent by
   * itself if they come back to it. Theirs are always `sent`.
   */
  readonly status: 'sending' | 'sent' | 'failed';
};

/** One of the seven signs of {@link Safety}: the sign and its English name, for reading aloud (SPEC H7). */
export type SafetySign = { readonly sign: string; readonly name: string };

/** What is proved about a stranger (SPEC section 9), whose keys are used once. */
export type StrangerSafety = {
  /** Seven signs, the same on both screens unless somebody stands between. */
  readonly signs: readonly SafetySign[];
  /** `now`: compared in this conversation. */
  readonly verified: 'no' | 'now';
};

/** What is proved about a member of a room. */
export type Safety = {
  /** As {@link StrangerSafety}; none if there was no link to them here. */
  readonly signs: readonly SafetySign[];
  /** 60 digits in 12 groups of 5, for two devices that keep their keys (H8). */
  readonly number: string;
  /**
   * `no`: nobody has compared. `now`: compared in this stay. `before`: this device was verified earlier, and
   * has proved that it is the same.
   */
  readonly verified: 'no' | 'now' | 'before';
};

/** A short code that a room can be entered with (SPEC section 10). */
export type ShortCode =
  | { readonly is: 'none' }
  | { readonly is: 'making' }
  /** `text`: slot and words, as they are read aloud. `until`: its end. */
  | { readonly is: 'ready'; readonly text: string; readonly until: EpochMs }
  /** Used up: its time is over, or three guesses were wrong. */
  | { readonly is: 'over'; readonly why: 'time' | 'guesses' }
  | { readonly is: 'failed' };

/** What both a room's people need to invite: the code and the address with it in the fragment. */
export type Invitation = { readonly code: string; readonly url: string };

export type SessionState =
  /** The first screen. */
  | { readonly at: 'start' }
  /** Nobody is there yet. `since` feeds the clock on the screen. */
  | { readonly at: 'waiting'; readonly for: 'stranger'; readonly since: EpochMs }
  /** On the way to somebody. `slow` after 5 seconds in connecting. */
  | {
      readonly at: 'connecting';
      readonly for: Purpose;
      readonly step: ConnectStep;
      readonly since: EpochMs;
      readonly slow: boolean;
    }
  /** The channel is open, or was: `peer` says which. The words stay readable after they left. */
  | {
      readonly at: 'talking';
      readonly for: 'stranger';
      readonly since: EpochMs;
      readonly messages: readonly Message[];
      readonly path: Path;
      /**
       * `here`; `unsteady`: ICE lost them and may find them again; `reconnecting`: the connection broke and another is
       * looked for, what is written waits; `left`: said bye; `lost`: broke off for good.
       */
      readonly peer: 'here' | 'unsteady' | 'reconnecting' | 'left' | 'lost';
      readonly safety: StrangerSafety;
    }
  /** In a room of many. */
  | RoomState
  /** It did not work. `retry` says what {@link Session.retry} would do; null: nothing to try again. */
  | {
      readonly at: 'failed';
      readonly for: Purpose;
      readonly failure: FailureName;
      readonly retry: 'find' | 'enter' | null;
    };

/** Why a text was not taken (the text stays in the composer). */
export type SendRefusal = 'empty' | 'too_long' | 'not_well_formed' | 'queue_full' | 'not_connected';

export type SendResult = { readonly ok: true } | { readonly ok: false; readonly why: SendRefusal };

/** One thing that the doctor looked at, and how long that took. */
export type Found = { readonly finding: Finding; readonly state: FindingState; readonly ms: number };

/** What came of it. `report`: text to pass on; it holds no address, id or secret (SPEC G7). */
export type Examined = { readonly cause: Cause; readonly outlook: Outlook; readonly report: string };

/**
 * Looks at what a connection needs from this device (SPEC section 12): some seconds.
 * @param onFound - told each finding as it is known.
 * @throws the signal's reason. What does not work is a finding, and no error.
 */
export type Doctor = (
  relayOnly: boolean,
  onFound: (found: Found) => void,
  signal: AbortSignal,
) => Promise<Examined>;

/** What the person chose in the settings, as far as the session obeys it. */
export type SessionSettings = {
  /** True: only TURN candidates are used, so the other side never learns this device's address. */
  readonly relayOnly: boolean;
  /** True: in rooms the others are told while this person is writing (SPEC R7). */
  readonly tellTyping: boolean;
  /** True: in rooms the others are told how far this person has read. */
  readonly tellRead: boolean;
};

/**
 * The verbs. All are safe at any time: one that makes no sense in the present state does nothing.
 * None throws; what goes wrong becomes a state.
 */
export type Session = {
  /** The present state; the same object until it changes (for useSyncExternalStore). */
  getState(): SessionState;
  /** Calls `listener` after every change; returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Looks for a stranger. From `talking` with a stranger it leaves them first. */
  find(): void;
  /** Creates a room and waits in it. */
  createRoom(): void;
  /**
   * Enters the room that a pasted code, link or short code names; a broken one becomes `link_broken`. A room of many that
   * was shown stays open.
   */
  enter(codeOrLink: string): void;
  /** Does again what failed. */
  retry(): void;
  /** Back to the start: cancels a search, leaves the room that is shown, says bye to a peer. What is kept of a room stays. */
  leave(): void;
  /** Sends text, or says why not. Accepted text is shown at once and is never lost silently. */
  send(text: string): SendResult;
  /** In a room: asks for a short code. */
  makeCode(): void;
  /** While talking: the person has compared the signs or the number, and they are the same (true), or takes it back. */
  verify(same: boolean): void;
  /** While talking: how bytes travel now, measured anew; null when nobody is connected. Never rejects. */
  line(): Promise<Line | null>;
  /** What can be done in the room that is shown; the same object while it is. Null in every other state. */
  readonly room: RoomVerbs | null;
  /** The rooms that this device knows. */
  readonly rooms: RoomsVerbs;
  /** New settings. What others are told counts at once, also in rooms that are open; what is about connections from the next one on. */
  configure(settings: SessionSettings): void;
  /** Ends everything; the returned promise settles when nothing runs any more. Idempotent. */
  dispose(): Promise<void>;
};
