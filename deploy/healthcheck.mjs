/**
 * Whether the server in this container is ready, for Docker's HEALTHCHECK: exit code 0, or 1 and a line that says why
 * not, which `docker inspect` shows.
 */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Less than the time that HEALTHCHECK gives, so that the line below is what is told of it. */
const TIMEOUT_MS = 4_000;

/** Where one that listens on all addresses is asked. */
const LOOPBACK = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const { BAYESWATCH_HOST = '', BAYESWATCH_PORT = '', BAYESWATCH_TLS_CERT = '' } = process.env;
const host = BAYESWATCH_HOST || '127.0.0.1';
const request = BAYESWATCH_TLS_CERT === '' ? requestHttp : requestHttps;

function unready(why) {
  console.log(why);
  process.exit(1);
}

request(
  {
    host: LOOPBACK[host] ?? host,
    port: BAYESWATCH_PORT || '8080',
    path: '/readyz',
    timeout: TIMEOUT_MS,
    // A certificate names the server for its clients, not this address; nothing secret is asked.
    rejectUnauthorized: false,
  },
  async answer => {
    if (answer.statusCode === 200) process.exit(0);
    const chunks = await answer.toArray();
    unready(`/readyz answers ${answer.statusCode}: ${Buffer.concat(chunks).toString('utf8')}`);
  },
)
  .on('timeout', () => unready(`no answer in ${TIMEOUT_MS} ms`))
  .on('error', error => unready(error.message))
  .end();
