/** What an exchange of blocks is given and what it asks for. */
import type { BlockFrame } from '../protocol/block-frame';
import type { BlockId, IdentityKey } from '../protocol/ids';

/** Names a member. */
export type Peer = IdentityKey;

/** Numbers what the caller was asked to do and answers, from 1 on: each number is used once. */
export type Task = number;

/**
 * What a neighbour did: brought a block with another `digest` than was asked for, or `pieces` in a wrong order or of a
 * wrong size; had three times in a row `none` of what it says that it has; sent much that nobody asked for, `stray`.
 */
export type Fault = 'digest' | 'pieces' | 'none' | 'stray';

/** Something that the caller does for an exchange. */
export type Action =
  /** Sends a frame to a neighbour. It fits into the room that the caller told, except for short ones (no pieces). */
  | { readonly do: 'send'; readonly peer: Peer; readonly frame: BlockFrame }
  /** Asks for a block that is held: `read` answers. */
  | { readonly do: 'read'; readonly task: Task; readonly set: BlockId; readonly index: number; readonly id: BlockId }
  /** Asks whether the digest of the bytes is `id`: `checked` answers. */
  | { readonly do: 'check'; readonly task: Task; readonly id: BlockId; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Asks to write a block that has been checked: `kept` answers. */
  | {
      readonly do: 'keep';
      readonly task: Task;
      readonly set: BlockId;
      readonly index: number;
      readonly id: BlockId;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  /**
   * Names a neighbour who broke B8, once for each set. It is not asked for anything of the set any more. Where `set` is
   * null, what it did concerns no set, and it is asked for nothing as long as it is linked.
   */
  | { readonly do: 'blame'; readonly peer: Peer; readonly set: BlockId | null; readonly why: Fault }
  /** The progress of a set is another now: at most once for each set and input. */
  | { readonly do: 'changed'; readonly set: BlockId };
