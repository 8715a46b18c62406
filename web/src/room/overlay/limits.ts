/** The figures of SPEC section 14. Durations are milliseconds. */

/** So many members are all linked to each other; with one more the room becomes an overlay (O7). */
export const meshUp = 10;
/** With so many it is a mesh again, this one counted (O7). */
export const meshDown = 8;
/** How many links a member of an overlay looks for (O7). */
export const wanted = 5;
/** How many it keeps without asking whether one can be spared (O7). */
export const enough = 6;
/** How many it has at most, unless somebody needs one urgently (O7). */
export const full = 8;
/** How many it has whatever happens (O7). */
export const maxLinks = 16;

export const keepMs = 1000;
export const forgetMs = 5000;
export const spareMs = 2000;
/** How long who is new leaves it to the others to call. */
export const settledMs = 3000;

export const presenceMs = 30_000;
/** How long after its last presence a member counts as gone (O2). */
export const goneMs = 100_000;
/** How many members are known at most (O9). */
export const maxMembers = 1000;

/** How long an item's id is remembered, and may be asked for (O1). */
export const rememberMs = 3 * 60_000;
/** How old what is announced to a new neighbour may be: younger than what others may have forgotten (O4). */
export const recallMs = 2 * 60_000;
/** The same for presences: were older ones told, who is gone would stay for who comes (O4). */
export const recallPresenceMs = presenceMs + 10_000;
/** How many ids are remembered; then the oldest go first (O1). */
export const maxHeard = 8192;

/** How long an item that was announced may take to come by itself (O5). */
export const askAfterMs = 300;
/** How long after it was asked for until another neighbour is (O5). */
export const askAgainMs = 2000;
/** How long announcements wait for others to go with (O4). */
export const flushMs = 100;
/** By how many hops an announcement must have been nearer than the event for the tree to change (O5). */
export const nearerBy = 3;
/** How many items are waited for that one neighbour was the first to announce (O9). */
export const maxWaiting = 1024;
/** Of how many neighbours it is known for each item that they have it. */
export const maxAnnouncers = 4;
/** How often in a row a neighbour may not deliver before its announcements count for nothing (O9). */
export const maxBroken = 3;

/** How many members are kept in mind to be called when a neighbour is lost. */
export const passiveView = 30;
/** How many hops a newcomer's name goes (O6). */
export const walk = 4;
/** How long a connection may take to come: an introduction and the 20 s of S5. */
export const attemptMs = 25_000;
/** How long the answer to an offer may take (O8). */
export const answerMs = 6000;
/** How many calls in a row reach nobody before the store is asked: a part of the room may be cut off (O8). */
export const storeAfter = 4;
/** The first pause before who could not be reached is called again; it doubles. */
export const callAgainMs = 10_000;
/** The longest such pause. */
export const callAgainMostMs = 5 * 60_000;
/** How many ways anybody can add to those of members. */
export const maxWays = 1024;
/** How long a way is taken to lead anywhere. */
export const wayMs = goneMs;
/** How long an answer finds its way back: more than callers wait for it (O8). */
export const trailMs = 10_000;
/** How many offers are remembered for that; then the oldest go first. O9 leaves each neighbour 400 in that time. */
export const maxTrail = 4096;

/** How many that went without goodbye are remembered (O10). */
export const maxLost = 30;
/** How long after the latest loss a reunion is tried as often as can be (O10). */
export const reunionMs = 2 * 60_000;
/** And how long at all (O10). */
export const lostMs = 60 * 60_000;

/** How long who was dropped for a fault is not linked to (O9). */
export const blockedMs = 10 * 60_000;
export const maxBlocked = 256;

/** So much of something at once, and so much more every second (O9). */
export type Allowance = { readonly atOnce: number; readonly perSecond: number };

/** What a neighbour may send, each id that it asks for counted as a frame (O9). */
export const frames: Allowance = { atOnce: 4000, perSecond: 400 };
/** How much of that may bring nothing new (O9). */
export const waste: Allowance = { atOnce: 500, perSecond: 20 };
/** How much is passed on for a neighbour (O9). */
export const relayed: Allowance = { atOnce: 200, perSecond: 20 };
/** How many presences of a member count (O9). */
export const presences: Allowance = { atOnce: 4, perSecond: 0.2 };
