/** Networks that swallow, refuse or translate, on this machine: what tests put between. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Ports that are a fault; `close` ends them all. */
export type Network = {
  /** Datagrams are never answered. */
  readonly udpHole: string;
  /** Connections are taken and never answered. */
  readonly tcpHole: string;
  /** Nobody is there. */
  readonly closed: string;
  /** Two ways to one server by UDP, which each show it another address of the client, as a symmetric NAT does. */
  readonly symmetric: (server: string) => Promise<readonly [string, string]>;
  readonly close: () => void;
};

export async function openNetwork(): Promise<Network> {
  const sockets: Socket[] = [];
  const socket = () => bound(sockets);
  const hole = await socket();
  const server = createServer();
  const tcpHole = await listening(server);
  const gone = createServer();
  const closed = await listening(gone);
  await new Promise((resolve) => gone.close(resolve));
  return {
    udpHole: addressOf(hole),
    tcpHole,
    closed,
    symmetric: async (to) => [await forwarder(socket, to), await forwarder(socket, to)],
    close: () => {
      for (const one of sockets) one.close();
      server.close();
    },
  };
}

function bound(sockets: Socket[]): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  return new Promise((resolve) => socket.bind(0, LOOPBACK, () => resolve(socket)));
}

function addressOf(socket: Socket): string {
  return `${LOOPBACK}:${socket.address().port}`;
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      resolve(`${LOOPBACK}:${address !== null && typeof address === 'object' ? address.port : 0}`);
    });
  });
}

/** A way by UDP to one server, which can be cut. */
export type Wire = {
  readonly address: string;
  /** True: nothing passes, either way. */
  cut: boolean;
  readonly close: () => void;
};

/** Lays a wire to `server`. */
export async function layWire(server: string): Promise<Wire> {
  const sockets: Socket[] = [];
  const wire: Wire = {
    address: await forwarder(() => bound(sockets), server, () => !wire.cut),
    cut: false,
    close: () => {
      for (const one of sockets) one.close();
    },
  };
  return wire;
}

/** A way in that gives each client an outside port of its own; what it gets while it does not pass is lost. */
async function forwarder(open: () => Promise<Socket>, server: string, passes = () => true): Promise<string> {
  const [host, port] = server.split(':');
  const inside = await open();
  const outside = new Map<number, Promise<Socket>>();
  inside.on('message', (datagram, from) => {
    if (!passes()) return;
    let out = outside.get(from.port);
    if (out === undefined) {
      out = open();
      outside.set(from.port, out);
      void out.then((socket) => {
        socket.on('message', (answer) => passes() && inside.send(answer, from.port, from.address));
      });
    }
    void out.then((socket) => socket.send(datagram, Number(port), host));
  });
  return addressOf(inside);
}
