/** Types of what the benchmark uses of `autocannon`. */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: 'POST';
    headers: Record<string, string>;
    /** Sent one after the other, by every connection. */
    requests: readonly { body: string }[];
    connections: number;
    /** Seconds. */
    duration: number;
  }

  interface Result {
    /** Answers of the kind 2xx, and others. */
    '2xx': number;
    non2xx: number;
    /** Requests without an answer. */
    errors: number;
    /** Seconds. */
    duration: number;
    /** Milliseconds, whole ones. */
    latency: { p50: number; p99: number };
  }

  export default function autocannon(options: Options): Promise<Result>;
}
