/** The figures of the exchange of blocks (SPEC B4 to B9). Durations are milliseconds. */
import { maxBlockBytes, maxSetBlocks, maxWants } from '../protocol/limits';

/** Asked for at once of a neighbour, at first. */
export const firstWindow = 4;
/** Asked for at once of a neighbour, at most. */
export const maxWindow = 32;
/** Asked for of all neighbours together, and not yet kept. */
export const maxAsked = 128;
/** While so many are to be checked or kept, none is asked for. */
export const maxUnkept = 32;
/** A block that comes sooner is quick. */
export const quickMs = 1000;
/** A block that comes later is slow. */
export const slowMs = 2000;
/** So long the shares of others are left to them. */
export const foreignMs = 500;
/** What has not come for so long may be asked of another too, in the end. */
export const endgameMs = 1000;
/** What has not come for so long is asked of another. */
export const lateMs = 10_000;
/** Who had a block not is not asked for it again so long. */
export const refusedMs = 30_000;
/** So often in a row a neighbour may have not what it says that it has, less one. */
export const nonesInARow = 3;
/** So many blocks may come that nobody asked for, beside those that were cancelled (B6). */
export const maxStray = 64;

/** From one word about a set to the next there are at least so many. */
export const tellMs = 200;
/** So many more blocks are told of sooner. */
export const tellMore = 8;
/** After so many bytes without news another frame is begun: as many as one has at its head. */
export const tellGap = 38;

/** How much of a block goes into a frame if nothing else is said. */
export const usualPiece = maxBlockBytes / 8;
/** Blocks in memory for a neighbour. */
export const readAhead = 2;
/** So many are told that a block is not to be had; what is more is not answered. */
export const maxNones = 4 * maxWants;

/** Sets that are not known here of which a neighbour may speak. */
export const maxUnknown = 1024;
/** What a neighbour may say about what it has, in bytes: eight sets of the greatest size. */
export const maxBitBytes = maxSetBlocks;
/** So many neighbours at most are told apart by number when the rarest blocks are looked for. */
export const maxLevel = 15;
