#!/usr/bin/env node
// What `npx bayeswatch` runs. It is there before the program is built: npm links a command once, and for good, where its file is
// missing then. The program itself is dist/cli/main.js.
const MAIN = new URL('../dist/cli/main.js', import.meta.url);

try {
  await import(MAIN.href);
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== MAIN.href) throw error;
  process.stderr.write(
    'bayeswatch is not built yet: run `npm run build`, or `npm start`, which builds it first\n',
  );
  process.exitCode = 1;
}
