/**
 * How many test files run at once: browsers wait more than they compute. An emulator that is somebody else's is one, and
 * strangers of two files would find each other there.
 */
export const LANES = process.env.FIRESTORE_EMULATOR_HOST ? 1 : 2;
