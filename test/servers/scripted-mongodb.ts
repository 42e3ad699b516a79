/**
 * A server that speaks MongoDB's wire protocol and answers what a test wants it to: for answers that no real server gives
 * on demand (a write concern that is not met, a full disk), and to see what is asked. Messages are OP_MSG; a driver's first
 * one is OP_QUERY, answered by OP_REPLY.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';

type Document = Record<string, unknown>;

export interface ScriptedServer {
  url: string;
  /** Commands in the order they came, without those by which a driver gets to know a server. */
  commands: readonly Document[];
  close(): Promise<void>;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const HELLO = {
  ok: 1,
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  setName: 'scripted',
};

/** @param answerTo what is answered to a command; `{ ok: 1 }` where it gives nothing */
export async function scriptedServer(
  answerTo: (command: Document) => Document | undefined,
): Promise<ScriptedServer> {
  const commands: Document[] = [];
  /** Of a replica set of one, so that drivers do as they do with those. */
  const primary = () => ({ hosts: [hostOf(server)], primary: hostOf(server), me: hostOf(server) });
  const sockets = new Set<Socket>();
  const answer = (command: Document): Document => {
    if ('hello' in command || 'ismaster' in command || 'isMaster' in command)
      return { ...HELLO, ...primary() };
    commands.push(command);
    return { ok: 1, ...answerTo(command) };
  };
  const server = createServer(socket => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= HEADER_BYTES && received.length >= received.readInt32LE(0)) {
        const bytes = received.readInt32LE(0);
        socket.write(replyTo(received.subarray(0, bytes), answer));
        received = received.subarray(bytes);
      }
    });
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mongodb://${hostOf(server)}`,
    commands,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function hostOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback');
  return `127.0.0.1:${address.port}`;
}

function replyTo(message: Buffer, answer: (command: Document) => Document): Buffer {
  const requestId = message.readInt32LE(4);
  const body = message.subarray(HEADER_BYTES);
  if (message.readInt32LE(12) === OP_QUERY) {
    const nameEnd = body.indexOf(0, 4);
    const reply = BSON.serialize(answer(documentAt(body, nameEnd + 9)));
    // Flags, cursor, first number, and how many: one.
    const head = Buffer.alloc(20);
    head.writeInt32LE(1, 16);
    return packed(OP_REPLY, requestId, [head, reply]);
  }
  const reply = BSON.serialize(answer(commandIn(body)));
  // Flags, and the kind of the section: a document.
  return packed(OP_MSG, requestId, [Buffer.alloc(5), reply]);
}

/** The document of an OP_MSG, with its sequences of documents as lists. */
function commandIn(body: Buffer): Document {
  const command: Document = {};
  let at = 4;
  while (at < body.length) {
    const kind = body.readUInt8(at);
    const end = at + 1 + body.readInt32LE(at + 1);
    if (kind === 0) Object.assign(command, documentAt(body, at + 1));
    else {
      const nameEnd = body.indexOf(0, at + 5);
      const documents: Document[] = [];
      for (let next = nameEnd + 1; next < end; next += body.readInt32LE(next))
        documents.push(documentAt(body, next));
      command[body.toString('utf8', at + 5, nameEnd)] = documents;
    }
    at = end;
  }
  return command;
}

function documentAt(bytes: Buffer, at: number): Document {
  return BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)));
}

function packed(opCode: number, responseTo: number, parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const bytes = parts.reduce((sum, part) => sum + part.length, HEADER_BYTES);
  header.writeInt32LE(bytes, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, ...parts]);
}
