/** Turns a draft round, where a tool wrote the answering side first: source is who opened the connection. */
import type { Draft } from './draft.ts';

export function swapEndpoints(draft: Draft): void {
  const { sourceIp, sourcePort, sourceBytes, sourcePackets } = draft;
  draft.sourceIp = draft.destinationIp;
  draft.sourcePort = draft.destinationPort;
  draft.sourceBytes = draft.destinationBytes;
  draft.sourcePackets = draft.destinationPackets;
  draft.destinationIp = sourceIp;
  draft.destinationPort = sourcePort;
  draft.destinationBytes = sourceBytes;
  draft.destinationPackets = sourcePackets;
}
