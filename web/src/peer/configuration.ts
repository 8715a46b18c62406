/** What a browser's connection is made with: nothing at first, and the servers when they come. */
import type { IceServer } from '../protocol/api';
import { Failure } from '../protocol/failures';
import type { Kinds } from './gathering';

/** @throws Failure `browser_too_old` when there is no WebRTC. */
export function newConnection(
  connect: (configuration: RTCConfiguration) => RTCPeerConnection,
  relayOnly: boolean,
): RTCPeerConnection {
  try {
    return connect({ iceTransportPolicy: policy(relayOnly) });
  } catch (cause) {
    throw new Failure(cause instanceof ReferenceError ? 'browser_too_old' : 'internal', { cause });
  }
}

/**
 * No pool of candidates: where a description comes soon after it Chromium 156 finds none at all (docs/adr/0010).
 */
export function configurationOf(servers: readonly IceServer[], relayOnly: boolean): RTCConfiguration {
  return {
    iceServers: servers.map((server) => ({ ...server, urls: [...server.urls] })),
    iceTransportPolicy: policy(relayOnly),
  };
}

/** The kinds of candidates that these servers give. */
export function kindsOf(servers: readonly IceServer[], relayOnly: boolean): Kinds {
  const kinds = new Set<'srflx' | 'relay'>();
  for (const url of servers.flatMap(({ urls }) => urls)) {
    if (url.startsWith('turn')) kinds.add('relay');
    else if (!relayOnly) kinds.add('srflx');
  }
  return kinds;
}

function policy(relayOnly: boolean): RTCIceTransportPolicy {
  return relayOnly ? 'relay' : 'all';
}
