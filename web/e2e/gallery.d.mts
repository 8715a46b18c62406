/** Serves the gallery on a free port of this machine; `url` ends with a slash. */
export function serveGallery(): Promise<{ readonly url: string; close(): Promise<void> }>;
