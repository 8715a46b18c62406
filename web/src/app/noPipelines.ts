/*
 * Stands for the package `re2js` in the build (see vite.config.ts). Firestore brings that regular
 * expression engine, 46 KB compressed, for `like`, `regexContains` and `regexMatch` of its pipeline
 * queries. Parley asks plain queries only, which never reach it; a pipeline that did would fail here,
 * loudly.
 */

/** The one name that Firestore takes from the package. */
export const RE2JS = {
  /** @throws Error always. */
  compile(): never {
    throw new Error('app: regular expressions of Firestore pipelines are not in this build');
  },
};
