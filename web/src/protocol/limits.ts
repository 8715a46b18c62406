/** The figures of SPEC.md, in one place. Durations are milliseconds. */

/** Body of an API request (A2). */
export const maxBodyBytes = 4096;
/** Body of an event (E1). */
export const maxEventBody = 40_960;
/** What an event names as seen (E1). */
export const maxEventSeen = 8;
/** How deep arrays and objects of a body may be in one another (E3). */
export const maxBodyDepth = 32;
/** Characters of a room's `name` and `topic` (E8). */
export const maxRoomNameCharacters = 100;
/** See {@link maxRoomNameCharacters}. */
export const maxTopicCharacters = 1000;
/** Bounds of `keepSeconds` (E8), in seconds; 0 is for ever. */
export const minKeepSeconds = 60;
/** See {@link minKeepSeconds}. */
export const maxKeepSeconds = 31_536_000;
/** `name` of an admission (E9). */
export const maxMemberNameCharacters = 64;
/** Chains of a removal (E10). */
export const maxRemovalChains = 500;
/** `emoji` of a reaction (E11). */
export const maxEmojiCharacters = 16;
/** An event as it travels: header, signature and body (E1 to E3). */
export const maxEventBytes = 41_423;
/** A presence (O2). */
export const presenceBytes = 138;
/** What one frame announces or asks for (O4, O5). */
export const maxGossipIds = 256;
/** Hops that are counted (O3). */
export const maxHops = 255;
/** Hops that a walk or an introduction may still have (O6, O8). */
export const maxLeft = 8;
/** What an introduction carries (O8, L1). */
export const maxSealedBytes = 16_384;
/** A document's offer or answer (D1). */
export const maxDescriptionBytes = 16_384;
/** `sdp` of a description (P2). */
export const maxSdpBytes = 15_000;
/** A document's batch (D8). */
export const maxBatchBytes = 4096;
/** The JSON of a batch (P3): it fits into a document when it is sealed by either suite. */
export const maxBatchContentBytes = 4044;
/** The JSON of an offer or answer (P2). */
export const maxDescriptionContentBytes = 16_332;
/** Batches of one side: numbers 0 to 31 (D8). */
export const maxBatches = 32;
/** Candidates of one batch (P3). */
export const maxBatchCandidates = 20;
/** `candidate` of a candidate (P3). */
export const maxCandidateBytes = 512;
/** `sdpMid` and `usernameFragment` of a candidate (P3). */
export const maxCandidateIdBytes = 256;
/** Candidates kept until the remote description is set (S3). */
export const maxKeptCandidates = 128;
/** A frame of the channel (C2). */
export const maxFrameBytes = 65_536;
/** `text` of a chat message (C3). */
export const maxTextCharacters = 10_000;
/** What a sender keeps in `bufferedAmount` (C6). */
export const maxBufferedBytes = 1_048_576;
/** What waits in the sender beyond that (C6). */
export const maxQueuedMessages = 1000;
/** Texts that one side keeps until they are acknowledged (M6). */
export const maxKeptTexts = 1000;
/** Their bytes of UTF-8 (M6). */
export const maxKeptBytes = 1_048_576;
/** An acknowledgement is at most so late (M3). */
export const ackMs = 100;
/** Entries of an ICE server list, and addresses of one entry: more than any deployment has. */
export const maxIceServers = 16;
/** See {@link maxIceServers}. */
export const maxIceUrls = 8;

/** A link that has neither offer nor answer after so long is a ghost (S4, K4). */
export const ghostMs = 10_000;
/** Pauses before a member who did not answer is called again (K4). */
export const callAgainMs: readonly number[] = [20_000, 40_000, 80_000, 160_000, 300_000];
/** Pauses between tries to find somebody again (M9), the first and the longest. */
export const firstPauseMs = 1000;
/** See {@link firstPauseMs}. */
export const longestPauseMs = 30_000;
/** So long somebody who was lost is looked for (M9). */
export const reunionMs = 5 * 60_000;
/** An attempt that is not connected so long after both descriptions has failed (S5). */
export const connectMs = 20_000;
/** One that is not connected so long after both descriptions asks what the other did with the link (S6). */
export const followMs = 3000;
/** Life of a mesh room and a member (D3, D4), a little under the 24 hours that the rules allow: clocks differ. */
export const roomLifeMs = 23 * 3_600_000;
/** Life of a mesh link and of candidates (D5, D8), a little under the hour that the rules allow. */
export const linkLifeMs = 50 * 60_000;
/** Life of a short code (N2), a little under the ten minutes that the rules allow: clocks differ. */
export const codeLifeMs = 9 * 60_000;
/** Guesses at a short code (N3, N5). */
export const maxGuesses = 3;
/** How long one side of a guess waits for the other's next step (N5, N6). */
export const guessStepMs = 30_000;
/** Chains in one frame of a summary, tips of each, and events in one frame (R5). */
export const maxSummaryChains = 100;
/** See {@link maxSummaryChains}. */
export const maxChainTips = 8;
/** See {@link maxSummaryChains}. */
export const maxFrameEvents = 256;

/** Bytes of a block (B1). */
export const maxBlockBytes = 2 ** 18;
/** Blocks of a set (B2). */
export const maxSetBlocks = 2 ** 22;
/** Bytes of a frame about blocks: what every implementation takes as one message (B3). */
export const maxBlockFrame = 65_535;
/** Bytes of bits in a have (B4). */
export const maxHaveBits = 8192;
/** Wants of one side that wait for an answer (B5). */
export const maxWants = 64;
